"""预览 of attachments: pictures of our own making, for whoever sees the task."""

import io
from unittest import mock

import pypdfium2
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tasks import services
from tasks.models import Attachment
from tasks.previews import making
from tests.pages import EVIL, MOST_QUERIES, queries_of, signed_in
from tests.tasks import files
from tests.tasks.acts import ActCase

SECRET = b"GPS 30.2741N 120.1551E"


def an_image(kind: str, width: int = 60, height: int = 40, mode: str = "RGB", **extra) -> bytes:
    made = io.BytesIO()
    Image.new(mode, (width, height)).save(made, kind, **extra)
    return made.getvalue()


def a_pdf(pages: int) -> bytes:
    document, made = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(200, 280)
    document.save(made)
    return made.getvalue()


class PreviewCase(ActCase):
    def setUp(self) -> None:
        self.task = self.a_task()

    def attached(self, content: bytes, name: str) -> Attachment:
        upload = services.Upload(content, name)
        attachment, _ = services.attach(self.task.pk, upload, actor=self.liaison, now=timezone.now())
        self.addCleanup(default_storage.delete, attachment.file.name)
        return attachment

    def page_of(self, attachment: Attachment) -> str:
        return reverse("tasks:preview", args=[self.task.pk, attachment.pk])

    def picture_of(self, attachment: Attachment, number: int = 1) -> str:
        return reverse("tasks:preview-page", args=[self.task.pk, attachment.pk, number])

    def seen(self, attachment: Attachment, number: int = 1):
        return signed_in(self.viewer).get(self.picture_of(attachment, number))


class PictureTests(PreviewCase):
    def test_images_and_pages_of_a_pdf_are_made_anew(self):
        for name, content in (
            ("现场.png", an_image("PNG", mode="RGBA")),
            ("现场.jpg", an_image("JPEG", 3000, 2000)),
            ("动图.gif", an_image("GIF")),
            ("名单.pdf", a_pdf(2)),
        ):
            with self.subTest(name):
                response = self.seen(self.attached(content, name))
                self.assertEqual(response.status_code, 200)
                self.assertIn(response["Content-Type"], ("image/png", "image/jpeg"))
                self.assertEqual(response["X-Content-Type-Options"], "nosniff")
                self.assertIn("sandbox", response["Content-Security-Policy"])
                self.assertNotEqual(response.content, content)
                with Image.open(io.BytesIO(response.content)) as image:
                    self.assertLessEqual(max(image.size), 1700)

    def test_what_a_photo_says_about_itself_stays_behind(self):
        exif = Image.Exif()
        exif[0x010E] = SECRET.decode()
        exif[0x0112] = 6  # lying on its side
        content = an_image("JPEG", 60, 40, exif=exif)
        self.assertIn(SECRET, content)
        response = self.seen(self.attached(content, "现场.jpg"))
        self.assertNotIn(SECRET, response.content)
        with Image.open(io.BytesIO(response.content)) as image:
            self.assertEqual(image.size, (40, 60), "it stands upright")

    def test_a_page_of_html_behind_a_pictures_first_bytes_is_never_given_out(self):
        for name, sign in (("图.png", files.PNG[:8]), ("图.jpg", b"\xff\xd8\xff"), ("图.gif", b"GIF89a")):
            with self.subTest(name):
                response = self.seen(self.attached(sign + EVIL.encode(), name))
                self.assertEqual(
                    (response.status_code, response["Content-Type"]), (422, "text/plain; charset=utf-8")
                )
                self.assertNotIn(b"<script", response.content)

    def test_what_cannot_be_shown_says_so_and_leads_to_the_download(self):
        bomb = an_image("PNG", 20_000, 20_000, mode="1")
        whole = an_image("PNG", 200, 200)
        for name, content, said in (
            ("炸弹.png", bomb, "过大"),
            ("半张.png", whole[:-40], "已损坏"),
            ("坏.pdf", files.PDF, "已损坏"),
            ("坏文件.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, "已损坏"),
        ):
            with self.subTest(name):
                attachment = self.attached(content, name)
                if name.endswith("pdf"):
                    page = signed_in(self.viewer).get(self.page_of(attachment))
                    self.assertContains(page, said)
                    self.assertContains(page, reverse("tasks:attachment", args=[self.task.pk, attachment.pk]))
                self.assertContains(self.seen(attachment), said, status_code=422)

    def test_files_that_take_long_do_not_keep_others_waiting(self):
        attachment = self.attached(an_image("PNG"), "现场.png")
        self.enterContext(mock.patch.object(making, "MOST_WAITING", 0.1))
        with making._at_once, making._at_once:
            page = signed_in(self.viewer).get(self.page_of(attachment))
            self.assertContains(page, "正在生成的预览较多")
            self.assertContains(self.seen(attachment), "稍后刷新", status_code=422)
        self.assertEqual(self.seen(attachment).status_code, 200)

    def test_it_is_kept_by_the_browser_but_asked_for_each_time(self):
        attachment = self.attached(an_image("PNG"), "现场.png")
        client, address = signed_in(self.viewer), self.picture_of(attachment)
        first = client.get(address)
        self.assertEqual(first["Cache-Control"], "private, no-cache")
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        self.assertEqual((again.status_code, again.content), (304, b""))
        stranger = signed_in(self.stranger).get(address, headers={"If-None-Match": first["ETag"]})
        self.assertEqual(stranger.status_code, 404, "not even that it has not changed")

    def test_only_who_may_download_it_sees_it(self):
        attachment = self.attached(an_image("PNG"), "现场.png")
        for address in (self.page_of(attachment), self.picture_of(attachment)):
            for who, status in (("viewer", 200), ("liaison2", 200), ("leader", 200), ("stranger", 404)):
                with self.subTest(who=who, address=address):
                    self.assertEqual(signed_in(getattr(self, who)).get(address).status_code, status)
            self.assertRedirects(self.client.get(address), f"/login/?next={address}")
        other = self.a_task()
        elsewhere = reverse("tasks:preview", args=[other.pk, attachment.pk])
        self.assertEqual(signed_in(self.viewer).get(elsewhere).status_code, 404)

    def test_other_files_have_none(self):
        attachment = self.attached(files.a_docx(), "说明.docx")
        for address in (self.page_of(attachment), self.picture_of(attachment)):
            self.assertEqual(signed_in(self.viewer).get(address).status_code, 404)


class PageTests(PreviewCase):
    def test_ten_pages_at_a_time_each_when_it_comes_into_view(self):
        attachment = self.attached(a_pdf(23), f"名单{EVIL}.pdf")
        client, address = signed_in(self.viewer), self.page_of(attachment)
        for query, first, last in (
            ("", 1, 10),
            ("?from=11", 11, 20),
            ("?from=21", 21, 23),
            ("?from=999", 23, 23),
        ):
            with self.subTest(query):
                html = client.get(address + query).content.decode()
                shown = [n for n in range(1, 30) if f'src="{self.picture_of(attachment, n)}"' in html]
                self.assertEqual((shown[0], shown[-1]), (first, last))
                self.assertEqual(html.count('loading="lazy"'), last - first)
                self.assertNotIn(EVIL, html)
        for nonsense in ("x", "-3", "0", "9" * 40):
            self.assertEqual(client.get(f"{address}?from={nonsense}").status_code, 200)
        self.assertContains(self.seen(attachment, 24), "没有这一页", status_code=422)
        self.assertLessEqual(queries_of(client, address), MOST_QUERIES)

    def test_the_tasks_page_leads_there(self):
        shown, other = self.attached(an_image("PNG"), "现场.png"), self.attached(files.TEXT, "说明.txt")
        html = signed_in(self.viewer).get(reverse("tasks:detail", args=[self.task.pk])).content.decode()
        self.assertIn(self.page_of(shown), html)
        self.assertIn('<img loading="lazy"', html)
        self.assertNotIn(self.page_of(other), html)
