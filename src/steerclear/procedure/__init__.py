"""What the entries add up to: states, deadlines, alarms and tasks.

Every state here is a pure function of the *set* of admitted entries, of `now` and of facts that the caller
hands in (`Context`): entries are grouped by the subject they are about (`subjects`) and folded on demand
(`fold`), so a bundle that arrives a week late simply folds again. `node` calls this room with what it holds
and asks `next_due` when to look again; `views` show its structs as JSON. It reads no clock, no store, no file
and no network, writes nothing, never decides what an entry *means* for another party's node, and never turns
a state into a permission.
"""
