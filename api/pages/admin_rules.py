"""``/admin/settings/rules/try``: what a rule finds in past conversations, before it is saved."""

from fastapi import APIRouter, Response

from api.pages.admin import AdminVisit, Form
from api.pages.rendering import render
from synapse.language.expression import ExpressionError
from synapse.language.trial import try_rule

router = APIRouter(include_in_schema=False, prefix="/admin/settings/rules")


@router.post("/try")
def try_on_past_calls(visit: AdminVisit, form: Form) -> Response:
    """Look one rule of the form up; ``try`` names the field that holds it. Nothing is changed."""
    when = form.fields.get(form.fields.get("try", ""), "").strip()
    if not when or visit.warehouse.state != "filled":
        return render(visit, "admin_trial.html", trial=None, problem=None, is_empty=not when)
    try:
        trial = try_rule(visit.connection, when)
    except ExpressionError as error:
        problem = error.words.to(visit.language)
        return render(visit, "admin_trial.html", trial=None, problem=problem, is_empty=False)
    return render(visit, "admin_trial.html", trial=trial, problem=None, is_empty=False)
