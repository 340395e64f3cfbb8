"""The ministry's reporting rules, and the judgement of an accident under each of them."""
