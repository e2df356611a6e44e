"""Which department a printed name means."""

from django.test import TestCase

from plans.directory import Directory
from plans.org.models import Department, DepartmentAlias
from tests.builders import a_department

# code: (name, short name, the unit above it)
CITY = {
    "SZF": ("云江市人民政府", "市政府", ""),
    "SWB": ("中共云江市委办公室", "市委办", "SZF"),
    "ZFB": ("云江市人民政府办公室", "", "SZF"),
    "ZZB": ("中共云江市委组织部", "", "SZF"),
    "JW": ("中共云江市纪律检查委员会", "", "SZF"),
    "KJJ": ("云江市科学技术局", "", "SZF"),
    "FGW": ("云江市发展和改革委员会", "", "SZF"),
    "JYJ": ("云江市教育局", "", "SZF"),
    "RSJ": ("云江市人力资源和社会保障局", "", "SZF"),
    "WJW": ("云江市卫生健康委员会", "", "SZF"),
    "ZJJ": ("云江市住房和城乡建设局", "", "SZF"),
    "SJJ": ("云江市市场监督管理局", "", "SZF"),
    "GXJ": ("云江市工业和信息化局", "", "SZF"),
    "ZSJ": ("云江市政务服务和数据管理局", "", "SZF"),
    "SWJ": ("云江市水务局", "", "SZF"),
    "CGJ": ("云江市城市管理局（综合行政执法局）", "", "SZF"),
    "NYJ": ("市农业农村局", "", "SZF"),
    "SHJ": ("国家税务总局云江市税务局", "", "SZF"),
    "HG": ("云江海关", "", "SZF"),
    "GZW": ("云江市国有资产监督管理委员会", "", "SZF"),
    "JKQ": ("云江经济技术开发区管理委员会", "", "SZF"),
    "FY": ("云江市中级人民法院", "", "SZF"),
    "FL": ("云江市妇女联合会", "", "SZF"),
    "WHY": ("云江市文化研究院", "", "SZF"),
    "WHJ": ("云江市文化广电旅游局", "", "SZF"),
    "SCX": ("石城县人民政府", "", "SZF"),
    "SCF": ("石城县发展和改革局", "", "SCX"),
    "SCK": ("石城县科学技术局", "", "SCX"),
    "CGZ": ("城关镇人民政府", "", "SCX"),
    "DHJ": ("东湖街道办事处", "", "SZF"),
    "GAD": ("云江市公安局东湖分局", "", "SZF"),
    "SLJ": ("市林业局", "", "SZF"),
    "GXC": ("高新技术处", "", "KJJ"),
    "CGC": ("成果转化处", "", "KJJ"),
    "NCC": ("农村科技处", "", "KJJ"),
    "FZG": ("发展规划处", "", "KJJ"),
    "FZC": ("发展财务处", "", "KJJ"),
    "BGS": ("办公室", "", "KJJ"),
    "JGD": ("机关党委", "", "KJJ"),
    "RSC": ("人事教育处", "", "JYJ"),
    "JCC": ("基础教育处", "", "JYJ"),
}
FINDS = {
    "市发改委": "FGW",
    "发改委": "FGW",
    "发展改革委": "FGW",
    "市发展改革委": "FGW",
    "市发展和改革委员会": "FGW",
    "云江市发展改革委员会": "FGW",
    "云江市发改委": "FGW",
    "市發展改革委": "FGW",
    "市科技局": "KJJ",
    "科技局": "KJJ",
    "市科学技术局": "KJJ",
    "市人社局": "RSJ",
    "市人力资源社会保障局": "RSJ",
    "市卫健委": "WJW",
    "市卫生健康委": "WJW",
    "市住建局": "ZJJ",
    "市住房城乡建设局": "ZJJ",
    "市市场监管局": "SJJ",
    "市场监管局": "SJJ",
    "市监局": "SJJ",
    "市工信局": "GXJ",
    "市政务服务局": "ZSJ",
    "市政数局": "ZSJ",
    "市城管局": "CGJ",
    "综合行政执法局": "CGJ",
    "市城市管理局(综合执法局)": "CGJ",
    "云江市农业农村局": "NYJ",
    "市税务局": "SHJ",
    "云江市税务局": "SHJ",
    "海关": "HG",
    "市国资委": "GZW",
    "经开区管委会": "JKQ",
    "市纪委": "JW",
    "市委组织部": "ZZB",
    "组织部": "ZZB",
    "市委办公室": "SWB",
    "市委办": "SWB",
    "市政府办公室": "ZFB",
    "市政府办": "ZFB",
    "市府办": "ZFB",
    "市人民政府": "SZF",
    "市中级法院": "FY",
    "市法院": "FY",
    "市妇联": "FL",
    "市文旅局": "WHJ",
    "石城县科技局": "SCK",
    "云江市石城县科技局": "SCK",
    "石城县发改局": "SCF",
    "县科技局": "SCK",
    "石城县": "SCX",
    "石城县政府": "SCX",
    "石城县城关镇": "CGZ",
    "石城县城关镇政府": "CGZ",
    "东湖街道": "DHJ",
    "东湖街道办": "DHJ",
    "高新技术处": "GXC",
    "高新处": "GXC",
    "成果处": "CGC",
    "局办公室": "BGS",
    "办公室": "BGS",
    "局机关党委": "JGD",
}
FINDS_NOBODY = [
    *("市体育局", "市水利局", "市财政局", "市教育考试院", "市教育委员会", "市文物局", "市农机局"),
    *("区发改委", "省发改委", "省科技厅", "国家发展改革委", "国家税务总局", "国家发改委"),
    *("江北市科技局", "江北市发展和改革委员会", "东湖区科学技术局"),
    *("市委宣传部", "市政府组织部", "市政府督查室"),
    *("发展处", "基础处", "人教处", "局人事教育处"),
    *("云江市新技术处", "云江市术局", "市公安局", "市林业科学技术推广管理局"),
    *("委", "局", "市", "办", "", "（", "各有关单位", "、", "市委", "X" * 5000),
]


class DirectoryTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.units = {}
        for code, (name, short_name, above) in CITY.items():
            parent = cls.units.get(above)
            cls.units[code] = a_department(code, name, parent, short_name=short_name)
        cls.directory = Directory.of(cls.units["KJJ"])

    def code_of(self, printed, issuer="KJJ"):
        found = Directory.of(self.units[issuer]).find(printed)
        return found and found.code

    def test_a_name_is_found_however_it_is_shortened(self):
        for printed, code in FINDS.items():
            with self.subTest(printed):
                found = self.directory.find(printed)
                self.assertEqual(found and found.code, code)

    def test_another_units_name_finds_nobody(self):
        for printed in FINDS_NOBODY:
            with self.subTest(printed[:20]):
                self.assertIsNone(self.directory.find(printed))

    def test_a_bare_name_means_the_issuers_own_place(self):
        self.assertEqual(self.code_of("科技局", issuer="SCX"), "SCK")
        self.assertEqual(self.code_of("县科技局", issuer="SCF"), "SCK")
        self.assertEqual(self.code_of("城关镇", issuer="SCF"), "CGZ")
        self.assertEqual(self.code_of("市科技局", issuer="SCF"), "KJJ")
        self.assertIsNone(self.code_of("教育局", issuer="SCF"), "the city's is not the county's")

    def test_an_office_of_another_bureau_is_not_meant_by_a_bare_abbreviation(self):
        self.assertEqual(self.code_of("基教处", issuer="JYJ"), "JCC")
        self.assertIsNone(self.code_of("基教处", issuer="KJJ"))

    def test_two_candidates_are_none_and_both_are_suggested(self):
        self.assertIsNone(self.directory.find("发展处"))
        suggested = [unit.code for unit in self.directory.suggestions("发展处")]
        self.assertEqual(suggested, ["FZG", "FZC"])

    def test_an_exact_name_goes_before_an_abbreviation(self):
        a_department("FZ", "发展处", self.units["KJJ"])
        self.assertEqual(self.code_of("发展处"), "FZ")
        DepartmentAlias.objects.create(department=self.units["JYJ"], name="高新处")
        self.assertEqual(self.code_of("高新处"), "JYJ")

    def test_the_issuers_own_office_goes_before_anothers_of_that_name(self):
        a_department("JGB", "办公室", self.units["JYJ"])
        self.assertEqual(self.code_of("办公室"), "BGS")
        self.assertEqual(self.code_of("办公室", issuer="JYJ"), "JGB")

    def test_what_is_most_alike_is_suggested_for_a_name_that_finds_nobody(self):
        suggested = [unit.code for unit in self.directory.suggestions("市水利局")]
        self.assertEqual(suggested[0], "SWJ")
        self.assertLessEqual(len(self.directory.suggestions("云江市教育科学技术局")), 3)
        self.assertEqual(self.directory.suggestions("火星办"), [])

    def test_a_department_out_of_use_is_neither_found_nor_suggested(self):
        Department.objects.filter(code="SWJ").update(is_active=False)
        self.assertIsNone(self.code_of("市水务局"))
        self.assertNotIn("SWJ", [u.code for u in Directory.of(self.units["KJJ"]).suggestions("市水务局")])

    def test_an_inner_office_under_one_out_of_use_is_still_in_the_organisation(self):
        Department.objects.filter(code="KJJ").update(is_active=False)
        self.assertEqual(self.code_of("高新处"), "GXC")


class SeveralOrganisationsTest(TestCase):
    """Bureaus that stand side by side without anything above them."""

    @classmethod
    def setUpTestData(cls):
        cls.kjj = a_department("KJJ", "云江市科学技术局", short_name="市科技局")
        cls.fgw = a_department("FGW", "云江市发展和改革委员会")
        cls.gxc = a_department("GXC", "高新技术处", cls.kjj)
        a_department("FGB", "办公室", cls.fgw)
        a_department("FGX", "高新处", cls.fgw)
        a_department("JBC", "江北市财政局")

    def find(self, printed):
        return Directory.of(self.kjj).find(printed)

    def test_another_bureau_of_the_city_is_found(self):
        for printed in ("市发改委", "发展改革委", "云江市发展和改革委员会"):
            self.assertEqual(self.find(printed), self.fgw, printed)

    def test_its_offices_are_not_meant_by_a_bare_name(self):
        self.assertIsNone(self.find("办公室"))
        self.assertEqual(self.find("高新处"), self.gxc)

    def test_nor_is_a_bureau_of_another_city(self):
        for printed in ("财政局", "市财政局", "云江市财政局"):
            self.assertIsNone(self.find(printed), printed)
        self.assertEqual(self.find("江北市财政局").code, "JBC")

    def test_an_alias_that_somebody_gave_counts_for_any_unit(self):
        office = Department.objects.get(code="FGB")
        DepartmentAlias.objects.create(department=office, name="综合协调专班")
        self.assertEqual(self.find("综合协调专班"), office)


class StateCouncilTest(TestCase):
    def test_a_ministry_is_known_without_its_country(self):
        top = a_department("GWY", "国务院")
        for code, name in {
            "FGW": "国家发展和改革委员会",
            "JYB": "中华人民共和国教育部",
            "RMH": "中国人民银行",
            "MHJ": "中国民用航空局",
            "ZJH": "中国证券监督管理委员会",
            "YJJ": "国家药品监督管理局",
            "SWZ": "国家税务总局",
            "ZJB": "住房和城乡建设部",
        }.items():
            a_department(code, name, top)
        directory = Directory.of(top)
        for printed, code in {
            "国家发展改革委": "FGW",
            "发展改革委": "FGW",
            "教育部": "JYB",
            "人民银行": "RMH",
            "民航局": "MHJ",
            "证监会": "ZJH",
            "药监局": "YJJ",
            "税务总局": "SWZ",
            "住房城乡建设部": "ZJB",
        }.items():
            with self.subTest(printed):
                self.assertEqual(directory.find(printed).code, code)


class NamelessPlaceTest(TestCase):
    """An office whose list names no place anywhere."""

    def test_a_level_is_left_out_or_printed(self):
        top = a_department("KJJ", "科学技术局", short_name="市科技局")
        a_department("SJJ", "市场监督管理局", top)
        directory = Directory.of(top)
        for printed, code in {
            "市科技局": "KJJ",
            "云江市科学技术局": "KJJ",
            "市市场监管局": "SJJ",
            "市场监管局": "SJJ",
        }.items():
            self.assertEqual(directory.find(printed).code, code, printed)
        for printed in ("省科技局", "区科技局", "国家科技局", "县市场监管局"):
            self.assertIsNone(directory.find(printed), printed)
