"""What a reader sees who opens a file: through LibreOffice, without a screen."""

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2

SOFFICE = shutil.which("soffice")
SECONDS = 180  # far more than it takes: a loaded machine is no failure
# Each sheet a file of its own, in UTF-8, values as shown.
SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def converted(content: bytes, kind: str, to: str) -> dict[str, bytes]:
    """The files that come out, by name. A profile of its own: two at once would wait for one another."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / f"bulletin.{kind}"
        source.write_bytes(content)
        made = Path(folder) / "made"
        command = [
            *(SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"),
            *("--convert-to", to, "--outdir", str(made), str(source)),
        ]
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        files = {path.name: path.read_bytes() for path in made.glob("*")} if made.is_dir() else {}
        assert files, done.stderr.decode("utf-8", "replace")
        return files


@dataclass
class Paper:
    """A document as it is printed: the text of each page."""

    pages: list[str]

    @classmethod
    def of(cls, content: bytes, kind: str) -> "Paper":
        (pdf,) = converted(content, kind, "pdf").values()
        document = pypdfium2.PdfDocument(pdf)
        return cls([page.get_textpage().get_text_bounded() for page in document])

    @property
    def text(self) -> str:
        """Without the line breaks and spaces that the page made."""
        return "".join("".join(self.pages).split())


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Each sheet's cells as they are shown."""
    files = converted(content, "xlsx", SHEETS)
    return {
        name.removeprefix("bulletin-").removesuffix(".csv"): list(
            csv.reader(io.StringIO(data.decode("utf-8-sig")))
        )
        for name, data in files.items()
    }
