"""What a class teacher does for the class: data of the pupils, enrolments, missed lessons, progress, subgroups."""
