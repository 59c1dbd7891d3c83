//! Resolves the Unicode properties of ECMA-262 2025 §22.2.1, tables 67 to 70: names are case-sensitive, and no others
//! exist.

use super::PatternError;

/// The values of `General_Category`, each with its aliases.
const GENERAL_CATEGORIES: &str = "Cased_Letter LC, Close_Punctuation Pe, Connector_Punctuation Pc, Control Cc cntrl, \
    Currency_Symbol Sc, Dash_Punctuation Pd, Decimal_Number Nd digit, Enclosing_Mark Me, Final_Punctuation Pf, \
    Format Cf, Initial_Punctuation Pi, Letter L, Letter_Number Nl, Line_Separator Zl, Lowercase_Letter Ll, \
    Mark M Combining_Mark, Math_Symbol Sm, Modifier_Letter Lm, Modifier_Symbol Sk, Nonspacing_Mark Mn, Number N, \
    Open_Punctuation Ps, Other C, Other_Letter Lo, Other_Number No, Other_Punctuation Po, Other_Symbol So, \
    Paragraph_Separator Zp, Private_Use Co, Punctuation P punct, Separator Z, Space_Separator Zs, Spacing_Mark Mc, \
    Surrogate Cs, Symbol S, Titlecase_Letter Lt, Unassigned Cn, Uppercase_Letter Lu";

/// The binary properties, each with its alias.
const BINARY: &str = "ASCII, ASCII_Hex_Digit AHex, Alphabetic Alpha, Any, Assigned, Bidi_Control Bidi_C, \
    Bidi_Mirrored Bidi_M, Case_Ignorable CI, Cased, Changes_When_Casefolded CWCF, Changes_When_Casemapped CWCM, \
    Changes_When_Lowercased CWL, Changes_When_NFKC_Casefolded CWKCF, Changes_When_Titlecased CWT, \
    Changes_When_Uppercased CWU, Dash, Default_Ignorable_Code_Point DI, Deprecated Dep, Diacritic Dia, Emoji, \
    Emoji_Component EComp, Emoji_Modifier EMod, Emoji_Modifier_Base EBase, Emoji_Presentation EPres, \
    Extended_Pictographic ExtPict, Extender Ext, Grapheme_Base Gr_Base, Grapheme_Extend Gr_Ext, Hex_Digit Hex, \
    IDS_Binary_Operator IDSB, IDS_Trinary_Operator IDST, ID_Continue IDC, ID_Start IDS, Ideographic Ideo, \
    Join_Control Join_C, Logical_Order_Exception LOE, Lowercase Lower, Math, Noncharacter_Code_Point NChar, \
    Pattern_Syntax Pat_Syn, Pattern_White_Space Pat_WS, Quotation_Mark QMark, Radical, Regional_Indicator RI, \
    Sentence_Terminal STerm, Soft_Dotted SD, Terminal_Punctuation Term, Unified_Ideograph UIdeo, Uppercase Upper, \
    Variation_Selector VS, White_Space space, XID_Continue XIDC, XID_Start XIDS";

/// The values of `Script` and `Script_Extensions`, each with its aliases.
const SCRIPTS: &str = "Adlam Adlm, Ahom, Anatolian_Hieroglyphs Hluw, Arabic Arab, Armenian Armn, Avestan Avst, Balinese Bali, \
    Bamum Bamu, Bassa_Vah Bass, Batak Batk, Bengali Beng, Bhaiksuki Bhks, Bopomofo Bopo, Brahmi Brah, \
    Braille Brai, Buginese Bugi, Buhid Buhd, Canadian_Aboriginal Cans, Carian Cari, Caucasian_Albanian Aghb, \
    Chakma Cakm, Cham, Cherokee Cher, Chorasmian Chrs, Common Zyyy, Coptic Copt Qaac, Cuneiform Xsux, \
    Cypriot Cprt, Cypro_Minoan Cpmn, Cyrillic Cyrl, Deseret Dsrt, Devanagari Deva, Dives_Akuru Diak, Dogra Dogr, \
    Duployan Dupl, Egyptian_Hieroglyphs Egyp, Elbasan Elba, Elymaic Elym, Ethiopic Ethi, Garay Gara, \
    Georgian Geor, Glagolitic Glag, Gothic Goth, Grantha Gran, Greek Grek, Gujarati Gujr, Gunjala_Gondi Gong, \
    Gurmukhi Guru, Gurung_Khema Gukh, Han Hani, Hangul Hang, Hanifi_Rohingya Rohg, Hanunoo Hano, Hatran Hatr, \
    Hebrew Hebr, Hiragana Hira, Imperial_Aramaic Armi, Inherited Qaai Zinh, Inscriptional_Pahlavi Phli, \
    Inscriptional_Parthian Prti, Javanese Java, Kaithi Kthi, Kannada Knda, Katakana Kana, Kawi, Kayah_Li Kali, \
    Kharoshthi Khar, Khitan_Small_Script Kits, Khmer Khmr, Khojki Khoj, Khudawadi Sind, Kirat_Rai Krai, Lao Laoo, \
    Latin Latn, Lepcha Lepc, Limbu Limb, Linear_A Lina, Linear_B Linb, Lisu, Lycian Lyci, Lydian Lydi, \
    Mahajani Mahj, Makasar Maka, Malayalam Mlym, Mandaic Mand, Manichaean Mani, Marchen Marc, Masaram_Gondi Gonm, \
    Medefaidrin Medf, Meetei_Mayek Mtei, Mende_Kikakui Mend, Meroitic_Cursive Merc, Meroitic_Hieroglyphs Mero, \
    Miao Plrd, Modi, Mongolian Mong, Mro Mroo, Multani Mult, Myanmar Mymr, Nabataean Nbat, Nag_Mundari Nagm, \
    Nandinagari Nand, New_Tai_Lue Talu, Newa, Nko Nkoo, Nushu Nshu, Nyiakeng_Puachue_Hmong Hmnp, Ogham Ogam, \
    Ol_Chiki Olck, Ol_Onal Onao, Old_Hungarian Hung, Old_Italic Ital, Old_North_Arabian Narb, Old_Permic Perm, \
    Old_Persian Xpeo, Old_Sogdian Sogo, Old_South_Arabian Sarb, Old_Turkic Orkh, Old_Uyghur Ougr, Oriya Orya, \
    Osage Osge, Osmanya Osma, Pahawh_Hmong Hmng, Palmyrene Palm, Pau_Cin_Hau Pauc, Phags_Pa Phag, \
    Phoenician Phnx, Psalter_Pahlavi Phlp, Rejang Rjng, Runic Runr, Samaritan Samr, Saurashtra Saur, \
    Sharada Shrd, Shavian Shaw, Siddham Sidd, SignWriting Sgnw, Sinhala Sinh, Sogdian Sogd, Sora_Sompeng Sora, \
    Soyombo Soyo, Sundanese Sund, Sunuwar Sunu, Syloti_Nagri Sylo, Syriac Syrc, Tagalog Tglg, Tagbanwa Tagb, \
    Tai_Le Tale, Tai_Tham Lana, Tai_Viet Tavt, Takri Takr, Tamil Taml, Tangsa Tnsa, Tangut Tang, Telugu Telu, \
    Thaana Thaa, Thai, Tibetan Tibt, Tifinagh Tfng, Tirhuta Tirh, Todhri Todr, Toto, Tulu_Tigalari Tutg, \
    Ugaritic Ugar, Unknown Zzzz, Vai Vaii, Vithkuqi Vith, Wancho Wcho, Warang_Citi Wara, Yezidi Yezi, Yi Yiii, \
    Zanabazar_Square Zanb";

/// A set of code points that a property names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Property {
    /// `General_Category`, with the long name of the value.
    GeneralCategory(&'static str),
    /// `Script`, with the long name of the value.
    Script(&'static str),
    /// `Script_Extensions`, with the long name of the value.
    ScriptExtensions(&'static str),
    /// A binary property, with its long name.
    Binary(&'static str),
}

/// Resolves the text between the braces of `\p{…}`.
///
/// # Errors
///
/// Returns an error if ECMA-262 has no such property or value, or if the tables of the engines do not support the set.
pub(super) fn resolve(text: &str, offset: usize) -> Result<Property, PatternError> {
    let property = match text.split_once('=') {
        Some(("General_Category" | "gc", value)) => {
            long_name(GENERAL_CATEGORIES, value).map(Property::GeneralCategory)
        }
        Some(("Script" | "sc", value)) => long_name(SCRIPTS, value).map(Property::Script),
        Some(("Script_Extensions" | "scx", value)) => {
            long_name(SCRIPTS, value).map(Property::ScriptExtensions)
        }
        Some(_) => None,
        None => long_name(GENERAL_CATEGORIES, text)
            .map(Property::GeneralCategory)
            .or_else(|| long_name(BINARY, text).map(Property::Binary)),
    };
    match property {
        Some(
            Property::Binary("Changes_When_NFKC_Casefolded")
            | Property::Script("Unknown")
            | Property::ScriptExtensions("Unknown"),
        ) => Err(PatternError::unsupported(
            offset,
            format!("the property `{text}` is in no table of the engine"),
        )),
        Some(property) => Ok(property),
        None => Err(PatternError::invalid(
            offset,
            format!("`{text}` is not a Unicode property of ECMA-262"),
            suggestion(text),
        )),
    }
}

/// Resolves a name as other dialects have it: without regard to case and to the signs between words, scripts without their property,
/// and `Is` before everything. A block (`InGreek`) is not a property of ECMA-262 at all.
pub(super) fn resolve_loosely(text: &str) -> Option<Property> {
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (Some(key.to_ascii_lowercase()), value),
        None => (None, text.strip_prefix("Is").unwrap_or(text)),
    };
    let category = || loose_name(GENERAL_CATEGORIES, value).map(Property::GeneralCategory);
    let script = || loose_name(SCRIPTS, value).filter(|name| *name != "Unknown");
    match key.as_deref() {
        Some("general_category" | "gc") => category(),
        Some("script" | "sc") => script().map(Property::Script),
        Some("script_extensions" | "scx") => script().map(Property::ScriptExtensions),
        Some(_) => None,
        // Perl, Java and POSIX have classes of these names, which are smaller.
        None if matches!(text, "Digit" | "Punct" | "Cntrl" | "Space") => None,
        None => category()
            .or_else(|| {
                loose_name(BINARY, value)
                    .filter(|name| *name != "Changes_When_NFKC_Casefolded")
                    .map(Property::Binary)
            })
            .or_else(|| script().map(Property::Script)),
    }
}

fn loose_name(table: &'static str, wanted: &str) -> Option<&'static str> {
    let plain = |name: &str| name.replace(['_', '-', ' '], "").to_ascii_lowercase();
    let wanted = plain(wanted);
    table
        .split(", ")
        .find(|entry| entry.split(' ').any(|name| plain(name) == wanted))
        .and_then(|entry| entry.split(' ').next())
}

/// Returns the first name of the entry of `table` that contains the name `wanted`.
fn long_name(table: &'static str, wanted: &str) -> Option<&'static str> {
    table.split(", ").find_map(|entry| {
        let mut names = entry.split(' ');
        names
            .clone()
            .any(|name| name == wanted)
            .then(|| names.next())?
    })
}

/// Returns a remedy for a name that other dialects have.
fn suggestion(text: &str) -> &'static str {
    let name = text
        .trim_start_matches('^')
        .trim_start_matches("Is")
        .trim_start_matches("In");
    if long_name(SCRIPTS, name).is_some() {
        "name the property as well, as in `\\p{Script=Greek}`"
    } else if text.starts_with('^') {
        "write `\\P{…}` for the complement"
    } else {
        "use the name of a general category, a binary property, or `Script=…`, in the spelling of Unicode"
    }
}
