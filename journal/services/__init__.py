"""What can be done: verbs that take a session, write through `records`, and never commit.

Rules, derivations and effects declare themselves when their modules are read, so they are read here, once.
"""

from journal.services import assessments as assessments
from journal.services import derivations as derivations
from journal.services import finals as finals
from journal.services import lessons as lessons
from journal.services import marks as marks
from journal.services import notes as notes
from journal.services import parameters as parameters
from journal.services import publishing as publishing
from journal.services import rooms as rooms
from journal.services import scales as scales
from journal.services import work_types as work_types
from journal.services import works as works
from journal.services.class_room import excuses as excuses
from journal.services.class_room import notices as notices
from journal.services.control import tuning as tuning
from journal.services.exchange import importing as importing
from journal.services.exchange import outgoing as outgoing
from journal.services.messages import posting as posting
from journal.services.plans import writing as writing
from journal.services.timetable import edits as edits
from journal.services.timetable import holidays as holidays
from journal.services.timetable import substitutions as substitutions
from journal.services.years import closed as closed
