"""Words by which lines are known that stand around an article: the site's own, and a document's data."""

import re

from plans.readers.webpage.lists import BULLET, starts_with_label

# What the site prints around its articles: how such a line begins, and what only such a line holds.
_SITE = re.compile(
    r"""[【\[|\s]*(?:您?的?(?:当前|现在)?(?:所在)?的?位置[:：]|字[体号](?:大小)?[:：]?\s*[【\[（(]?\s*[大小]|字[体号][:：]
    |打印(?:本页|此页|文章|页面)?[】\]|\s]*(?:$|[【\[|]|关闭)|关闭(?:窗口|本页|页面)?[】\]|\s]*$
    |返回(?:顶部|首页|列表|上一页)|收藏本[页站]|加入收藏|设为首页|分享(?:到|至)?[:：]?\s*$|扫一扫|[上下]一[篇条页则][:：]
    |相关(?:链接|阅读|文章|新闻|推荐|稿件)[:：]?$|(?:热门|推荐)(?:推荐|阅读|文章|新闻)|责任编辑[:：]|编辑[:：]
    |(?:浏览|阅读|点击|访问)(?:次数|量|数)[:：]|版权(?:所有|声明)\s*[:：©]|copyright\b|技术支持[:：]
    |网站(?:标识码|地图|声明|首页)\s*(?:$|[:：|｜>＞])|免责声明|联系我们|今天是|阅读原文|建议使用.{0,15}(?:浏览器|分辨率|IE))
    |.{0,60}(?:ICP备(?!案)|公网安备|网站标识码|版权所有|未经.{0,10}(?:授权|许可).{0,10}(?:转载|使用|复制|镜像))""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST_SITE_LINE = 120
_KEYS = (
    "标题|公文名称|信息名称|文件名称|名称|发文机关|发布机构|发文机构|发布单位|发文单位|制发机关|制发机构|发布部门|公开主体|信息来源|文章来源"
    "|稿件来源|来源|发文字号|发文文号|文件编号|公文编号|文号|成文日期|成文时间|发文日期|发文时间|生成日期|印发日期|签发日期|发布日期|发布时间"
    "|公布日期|公开日期|索引号|主题分类|有效性|日期|时间"
)
_KEY = "(?:" + "|".join(r"\s*".join(key) for key in _KEYS.split("|")) + ")"
_SAYS = re.compile(rf"(?<![\u4e00-\u9fff]){_KEY}\s*[:：]")
KEY_ALONE = re.compile(rf"[【\[]?{_KEY}[】\]]?\s*[:：]?")
DATE = re.compile(r"20\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}")
_NUMBER = re.compile(r"[〔\[［【(（]20\d\d[〕\]］】)）]\s*第?\d{1,4}号")
_SENTENCE = re.compile("[。；;]")
_SHORTEST_SENTENCE = 15
_BY_LINE = 160


def is_site_line(text: str) -> bool:
    """Whether the site prints it on every page."""
    return len(text) <= _LONGEST_SITE_LINE and not starts_with_label(text) and bool(_SITE.match(text))


def is_written(text: str, marker: str = "") -> bool:
    """Whether a line reads like a document's: numbered, or a sentence."""
    if marker not in ("", BULLET) or starts_with_label(text):
        return True
    return len(text) >= _SHORTEST_SENTENCE and bool(_SENTENCE.search(text)) and not is_site_line(text)


def says_of_document(text: str) -> bool:
    """Whether a line above the article tells where the document is from, when, or its number."""
    if len(text) > _BY_LINE or is_site_line(text):
        return False
    return bool(_SAYS.search(text) or DATE.search(text) or _NUMBER.search(text))
