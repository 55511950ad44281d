"""The journal: `python app.py --help` lists what an operator can do; a WSGI server takes `app:app`."""

from journal.cli import main

if __name__ == "__main__":
    main()
else:
    import gc

    from journal.factory import create_app

    app = create_app()
    gc.freeze()  # it stays for good, and need not be looked through again and again
