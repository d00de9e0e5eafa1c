"""The closed list of placeholders a template may hold; nothing else is ever filled in."""

KNOWN_PLACEHOLDERS = frozenset({
    "circle.title", "circle.question", "circle.purpose", "circle.hours", "circle.dates", "circle.languages",
    "circle.cost", "circle.signup", "circle.access", "coordinator.name", "coordinator.contact", "session.title",
    "session.date", "session.times", "session.aim", "session.try", "session.with", "organisation.name",
    "organisation.commitments",
})
