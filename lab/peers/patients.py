"""The lab's patients and staff. Obviously fictitious: sample names in the manner of the standards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patient:
    """One invented patient, with the three writings of a Japanese name."""

    id: str
    romaji: str
    kanji: str
    kana: str
    birth: str
    sex: str

    @property
    def dicom_name(self) -> str:
        return f"{self.romaji}={self.kanji}={self.kana}"

    @property
    def hl7_name(self) -> str:
        kanji, kana = self.kanji.split("^"), self.kana.split("^")
        return f"{kanji[0]}^{kanji[1]}^^^^^L^I~{kana[0]}^{kana[1]}^^^^^L^P"


PATIENTS = [
    Patient("00001001", "Yamada^Tarou", "山田^太郎", "やまだ^たろう", "19550312", "M"),
    Patient("00001002", "Suzuki^Hanako", "鈴木^花子", "すずき^はなこ", "19620724", "F"),
    Patient("00001003", "Tanaka^Ichirou", "田中^一郎", "たなか^いちろう", "19480105", "M"),
    Patient("00001004", "Satou^Umeko", "佐藤^梅子", "さとう^うめこ", "19401130", "F"),
    Patient("00001005", "Takahashi^Jirou", "高橋^次郎", "たかはし^じろう", "19711009", "M"),
    Patient("00001006", "Nakamura^Sakura", "中村^桜", "なかむら^さくら", "19890401", "F"),
    Patient("00001007", "Kobayashi^Kiyoshi", "小林^清", "こばやし^きよし", "19530618", "M"),
    Patient("00001008", "Katou^Yoshiko", "加藤^良子", "かとう^よしこ", "19470902", "F"),
    Patient("00001009", "Yoshida^Minoru", "吉田^実", "よしだ^みのる", "19390214", "M"),
    Patient("00001010", "Yamamoto^Fumi", "山本^文", "やまもと^ふみ", "19581127", "F"),
    Patient("00001011", "Sasaki^Susumu", "佐々木^進", "ささき^すすむ", "19660305", "M"),
    Patient("00001012", "Matsumoto^Haru", "松本^春", "まつもと^はる", "19740420", "F"),
    Patient("00001013", "Inoue^Takeshi", "井上^武", "いのうえ^たけし", "19820711", "M"),
    Patient("00001014", "Kimura^Aoi", "木村^葵", "きむら^あおい", "19950816", "F"),
    Patient("00001015", "Hayashi^Osamu", "林^修", "はやし^おさむ", "19510129", "M"),
    Patient("00001016", "Shimizu^Nao", "清水^直", "しみず^なお", "20011003", "F"),
]
