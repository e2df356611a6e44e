"""Which files may bear out a report, and what becomes of their names."""

import hashlib
import struct
from io import BytesIO

from django.test import SimpleTestCase

from config.errors import DomainError
from tasks import evidence
from tasks.services import Upload
from tests.tasks.files import GOOD, LYING, NOT_ALLOWED, PDF, a_docx

MOST = 20 * 2**20


class KindTest(SimpleTestCase):
    def code(self, content: bytes, name: str, most: int = MOST) -> str:
        with self.assertRaises(DomainError) as refused:
            evidence.check(content, name, most)
        return refused.exception.code

    def test_what_offices_send(self):
        for name, (make, media_type) in GOOD.items():
            with self.subTest(name):
                self.assertEqual(evidence.check(make(), name, MOST).media_type, media_type)

    def test_files_that_lie_about_their_type(self):
        for name, content in LYING.items():
            with self.subTest(name):
                self.assertEqual(self.code(content, name), "file_type_mismatch")

    def test_types_that_are_not_taken(self):
        for name in NOT_ALLOWED:
            with self.subTest(name[:20]):
                self.assertEqual(self.code(PDF, name), "file_type_not_allowed")

    def test_nothing_and_too_much(self):
        self.assertEqual(self.code(b"", "a.pdf"), "file_empty")
        self.assertEqual(self.code(PDF, "a.pdf", most=len(PDF) - 1), "file_too_large")
        self.assertTrue(evidence.check(PDF, "a.pdf", most=len(PDF)))

    def test_a_zip_whose_directory_claims_to_be_endless_is_not_read(self):
        whole = bytearray(a_docx())
        end = whole.rfind(b"PK\x05\x06")
        whole[end + 12 : end + 16] = struct.pack("<I", 2**31)
        self.assertEqual(self.code(bytes(whole), "a.docx"), "file_type_mismatch")
        long = whole[:end] + b"PK\x06\x07" + bytes(16) + a_docx()[end:]
        self.assertEqual(self.code(bytes(long), "a.docx"), "file_type_mismatch")


class NameTest(SimpleTestCase):
    def test_names_are_data(self):
        for given, kept in {
            "认定 文件（终稿）.pdf": "认定 文件（终稿）.pdf",
            "../../etc/passwd.txt": "passwd.txt",
            "C:\\我的文档\\认定.pdf": "认定.pdf",
            "a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie: x=1.pdf",
            "\u202efdp.exe.pdf": "fdp.exe.pdf",
            "a\u2066b\u200fc\u2028.pdf": "abc.pdf",
            "a\0b\x7f\x9f.pdf": "ab.pdf",
            "\ud800.pdf": ".pdf",
            "<script>alert(1)</script>.pdf": "script>.pdf",
            "<img src=x onerror=alert(1)>.pdf": "<img src=x onerror=alert(1)>.pdf",
            "=cmd|'calc'!A0.csv": "=cmd|'calc'!A0.csv",
            " 甲　.pdf ": "甲　.pdf",
            "甲" * 10_000 + ".pdf": "甲" * 251 + ".pdf",
            "": "",
            "..": "..",
            "a/": "",
        }.items():
            with self.subTest(given[:30].encode("utf-8", "replace")):
                self.assertEqual(evidence.clean_name(given), kept)

    def test_a_long_suffix_is_no_way_round(self):
        self.assertEqual(len(evidence.clean_name("a." + "x" * 10_000)), 255)


class UploadTest(SimpleTestCase):
    def test_no_more_is_read_than_it_takes_to_refuse(self):
        with self.settings(ATTACHMENT_MAX_BYTES=10):
            upload = Upload.of(BytesIO(b"x" * 1000), "a.txt")
        self.assertEqual((len(upload.content), upload.sha256), (11, hashlib.sha256(b"x" * 11).hexdigest()))
