from assessments.models.drafts import AnswerPage, Assessment
from assessments.models.outcome import Condition, Override, Registration, Verdict

__all__ = ["AnswerPage", "Assessment", "Condition", "Override", "Registration", "Verdict"]
