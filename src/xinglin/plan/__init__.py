"""The plan: work-plan text → commitments and targets → bindings → scorecards with colours."""
