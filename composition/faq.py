"""Every command of `relais faq`, in the order of its help."""

from typing import Final

import click

from composition import faq_checks, faq_commands, faq_eval, faq_files, faq_lint, faq_reports

FAQ_COMMANDS: Final[list[click.Command]] = [
    faq_commands.list_articles,
    faq_commands.show,
    faq_commands.add,
    faq_commands.edit,
    faq_commands.off,
    faq_commands.on,
    faq_commands.undo,
    faq_commands.history,
    faq_files.import_articles,
    faq_files.export_articles,
    faq_checks.test,
    faq_lint.lint_all,
    faq_checks.why,
    faq_eval.evaluate,
    faq_reports.gaps,
    faq_reports.covered,
    faq_checks.serve_evaluation,
]
