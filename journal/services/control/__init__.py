"""Control of journal keeping: rules, what they find, remarks, checks of journals, requests to open what is locked."""
