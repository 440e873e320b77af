"""Users, companies, members and their roles: who may do what, where."""
