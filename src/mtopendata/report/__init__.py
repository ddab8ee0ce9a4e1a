"""What was found, in the form that its readers know: a function for each, in dicts.

Each takes a Report (or a build, a comparison, or verifications) and returns a text; `verbose` asks
the text for people for the whole ledger.
"""

from collections.abc import Callable, Mapping

from mtopendata.report.changes_markdown import render_diff_markdown
from mtopendata.report.changes_text import render_diff
from mtopendata.report.github import render_github
from mtopendata.report.json import (
    render_build_json,
    render_diff_json,
    render_json,
    render_verification_json,
)
from mtopendata.report.junit import render_junit
from mtopendata.report.markdown import render_markdown
from mtopendata.report.sarif import render_sarif
from mtopendata.report.sheets import (
    render_extraction,
    render_extraction_csv,
    render_extraction_json,
    render_tracing,
    render_tracing_json,
    render_transcriptions,
    render_transcriptions_json,
)
from mtopendata.report.story import render_stories, render_stories_json
from mtopendata.report.text import render_build, render_text, render_verification

RENDERERS: Mapping[str, Callable[..., str]] = {
    "text": render_text,
    "json": render_json,
    "github": render_github,
    "sarif": render_sarif,
    "junit": render_junit,
    "markdown": render_markdown,
}
BUILD_RENDERERS: Mapping[str, Callable[..., str]] = {
    "text": render_build,
    "json": render_build_json,
}
DIFF_RENDERERS: Mapping[str, Callable[..., str]] = {
    "text": render_diff,
    "json": render_diff_json,
    "markdown": render_diff_markdown,
}
VERIFY_RENDERERS: Mapping[str, Callable[..., str]] = {
    "text": render_verification,
    "json": render_verification_json,
}
EXTRACTION_RENDERERS: Mapping[str, Callable[..., str]] = {
    "text": render_extraction,
    "csv": render_extraction_csv,
    "json": render_extraction_json,
}
TRANSCRIPTION_RENDERERS: Mapping[str, Callable[..., str]] = {
    "text": render_transcriptions,
    "json": render_transcriptions_json,
}
TRACE_RENDERERS: Mapping[str, Callable[..., str]] = {
    "text": render_tracing,
    "json": render_tracing_json,
}
STORY_RENDERERS: Mapping[str, Callable[..., str]] = {
    "text": render_stories,
    "json": render_stories_json,
}

__all__ = [
    "BUILD_RENDERERS",
    "DIFF_RENDERERS",
    "EXTRACTION_RENDERERS",
    "RENDERERS",
    "STORY_RENDERERS",
    "TRACE_RENDERERS",
    "TRANSCRIPTION_RENDERERS",
    "VERIFY_RENDERERS",
    "render_json",
    "render_text",
]
