from assessments.models.drafts import AnswerPage, Assessment
from assessments.models.learning import Experience, Score
from assessments.models.outcome import Condition, Override, Registration, Verdict
from assessments.models.reviews import Review
from assessments.models.rule_sets import RuleSet

__all__ = [
    "AnswerPage",
    "Assessment",
    "Condition",
    "Experience",
    "Override",
    "Registration",
    "Review",
    "RuleSet",
    "Score",
    "Verdict",
]
