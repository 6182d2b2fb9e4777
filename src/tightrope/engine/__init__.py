"""The process of events and their memory, as arrays: no names, no files."""
