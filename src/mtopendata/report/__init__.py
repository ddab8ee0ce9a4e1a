"""What was found, in the form that its readers know: a function for each, in dicts.

Each takes a Report (or a build, a comparison, or verifications) and returns a text; `verbose` asks
the text for people for the whole ledger.
"""

from collections.abc import Callable, Mapping

from mtopendata.report.build.json import render_build_json
from mtopendata.report.build.text import render_build
from mtopendata.report.comparison.json import render_diff_json
from mtopendata.report.comparison.markdown import render_diff_markdown
from mtopendata.report.comparison.text import render_diff
from mtopendata.report.extraction.csv import render_extraction_csv
from mtopendata.report.extraction.json import render_extraction_json
from mtopendata.report.extraction.text import render_extraction
from mtopendata.report.figure.json import render_stories_json
from mtopendata.report.figure.text import render_stories
from mtopendata.report.tracing.json import render_tracing_json
from mtopendata.report.tracing.text import render_tracing
from mtopendata.report.transcription.json import render_transcriptions_json
from mtopendata.report.transcription.text import render_transcriptions
from mtopendata.report.validation.github import render_github
from mtopendata.report.validation.json import render_json
from mtopendata.report.validation.junit import render_junit
from mtopendata.report.validation.markdown import render_markdown
from mtopendata.report.validation.sarif import render_sarif
from mtopendata.report.validation.text import render_text
from mtopendata.report.verification.json import render_verification_json
from mtopendata.report.verification.text import render_verification

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
