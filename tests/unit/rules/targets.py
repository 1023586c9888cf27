# ruff: noqa: RUF001 - names that only look like others are what is tested
"""Targets, each with its verdict: spellings of URLs, and addresses at the borders of every range, from both sides."""

from typing import NamedTuple

from recado.rules.target_policy import MAX_URL_LENGTH

LABEL_63 = "a" * 63
HOST_253 = ".".join([LABEL_63] * 3 + ["b" * 61])

ALLOWED_URLS = [
    "https://example.com",
    "https://example.com/",
    "https://example.com/hooks?token=a%20b&x=%5B1%5D",
    "https://example.com?token=1",
    "https://example.com:443/hooks",
    "https://example.com:8443/hooks",
    "https://example.com:/hooks",
    "https://hooks.eu-west-1.example.co.uk/a/b/../c;d=e",
    "HTTPS://EXAMPLE.COM/Hooks",
    "https://xn--bcher-kva.example/",
    "https://_dmarc.example.com/",
    "https://my_host.example.com/",
    "https://a.b/",
    "https://1.example.com/",
    "https://127.0.0.1.nip.io/",
    "https://0x7f.example/",
    "https://localhost.example.com/",
    "https://internal.example.com/",
    "https://example.com//double//slash",
    "https://example.com/user@host",
    "https://example.com/?next=http://127.0.0.1/",
    "https://example.com/[1]?filter[name]=x",
    f"https://{LABEL_63}.example/",
    f"https://{HOST_253}/",
    "https://example.com/" + "x" * (MAX_URL_LENGTH - 20),
]

# As it is typed, and as it is contacted.
INTERNATIONAL_URLS = {
    "https://bücher.example/hook": "https://xn--bcher-kva.example/hook",
    "https://BÜCHER.example:8443/Hook?a=b": "https://xn--bcher-kva.example:8443/Hook?a=b",
    "https://bu\u0308cher.example/": "https://xn--bcher-kva.example/",  # u and a combining diaeresis
    "https://faß.example/": "https://xn--fa-hia.example/",  # non-transitional: not fass.example
    "https://例え。テスト/": "https://xn--r8jz45g.xn--zckzah/",
    "https://ｅｘａｍｐｌｅ．com/": "https://example.com/",
    "https://пример.испытание/": "https://xn--e1afmkfd.xn--80akhbyknj4f/",
    "https://نامه\u200cای.example/": "https://xn--mgba3gch31f060k.example/",  # a joiner where the script needs it
    "https://exаmple.com/": "https://xn--exmple-4nf.com/",  # a Cyrillic letter: another name, contacted as such
}

NOT_HTTPS = "must start with https://"
USER = "must not hold a user name or password"
FRAGMENT = "must not hold a fragment"
BLANKS = "must not hold spaces, backslashes, control characters or invisible ones"
SIGNS = "must not hold any of"
ASCII = "must be ASCII but for the host: escape the rest with %"
IDNA = "must hold a valid internationalised host name"
ESCAPED = "must not escape characters of the host name with %"
DOT = "must hold a host name without a dot at its end"
NO_URL = "must be a URL such as"
PORT = "must use one of the ports 443, 8443"
ADDRESS = "must name a host, not an IP address"
LOCAL = "must not name a local host"
SINGLE = "must name a host with its full domain"
NAME = "must hold a valid host name"

REFUSED_URLS = [
    ("http://example.com/", NOT_HTTPS),
    ("ftp://example.com/", NOT_HTTPS),
    ("wss://example.com/", NOT_HTTPS),
    ("file:///etc/passwd", NO_URL),
    ("gopher://example.com:443/_", NOT_HTTPS),
    ("//example.com/", NOT_HTTPS),
    ("example.com/hooks", NO_URL),
    ("https:example.com", NO_URL),
    ("https:/example.com", NO_URL),
    ("https:///example.com/", NO_URL),
    ("https://", NO_URL),
    ("https://?x", NO_URL),
    ("https://:443/", NO_URL),
    ("", NO_URL),
    ("https://user:pw@example.com/", USER),
    ("https://user@example.com/", USER),
    ("https://@example.com/", USER),
    ("https://:@example.com/", USER),
    ("https://example.com:443@127.0.0.1/", USER),
    ("https://127.0.0.1%2f@example.com/", USER),
    ("https://example.com/#top", FRAGMENT),
    ("https://example.com/#", FRAGMENT),
    ("https://127.0.0.1#@example.com/", FRAGMENT),
    ("https://127.0.0.1\\@example.com/", BLANKS),
    ("https://example.com\\.internal/", BLANKS),
    ("https://exa mple.com/", BLANKS),
    (" https://example.com/", BLANKS),
    ("https://example.com/a b", BLANKS),
    ("https://example.com/\r\nX-Header: 1", BLANKS),
    ("https://exam\tple.com/", BLANKS),
    ("https://example.com/\x00", BLANKS),
    ("https://example.com/\x7f", BLANKS),
    ("https://example.com/|", SIGNS),
    ("https://example.com/{id}", SIGNS),
    ("https://<script>.example.com/", SIGNS),
    ("https://①②⑦.⓪.⓪.①/", ADDRESS),
    ("https://127。0。0。1/", ADDRESS),
    ("https://１２７．１/", ADDRESS),
    ("https://2１30706433/", ADDRESS),
    ("https://0ⓧ7f.1/", ADDRESS),
    ("https://bücher.0ｘ7f/", ADDRESS),
    ("https://ⓛocalhost/", LOCAL),
    ("https://ＬＯＣＡＬＨＯＳＴ/", LOCAL),
    ("https://bücher.ⓛocal/", LOCAL),
    ("https://ⅰnstance-data/", SINGLE),
    ("https://bücher/", SINGLE),
    ("https://bücher.example。/", DOT),
    ("https://bücher..example/", IDNA),
    ("https://-bücher.example/", IDNA),
    ("https://my_bücher.example/", IDNA),
    ("https://bücher％2eexample/", IDNA),
    ("https://［::1］/", NO_URL),
    ("https://［ü］.example/", IDNA),
    ("https://☃.example/", IDNA),
    ("https://xn--bücher.example/", IDNA),
    ("https://a\u200cb.example/", IDNA),
    ("https://" + "ü" * 60 + ".example/", IDNA),
    ("https://bücher.example／@evil.example/", USER),
    ("https://bücher.example／x/", NO_URL),
    ("https://example.com＠evil.example/", NO_URL),
    ("https://example.com：443/", NO_URL),
    ("https://example.com:４４３/", NO_URL),
    ("https://a℀b.example/", NO_URL),
    ("https://exam\u00adple.com/", BLANKS),
    ("https://local\u200bhost/", BLANKS),
    ("https://example.com\u3000/", BLANKS),
    ("https://\u202eexample.com/", BLANKS),
    ("https://example.com/\u00a0", BLANKS),
    ("https://example.com/\ud800", BLANKS),
    ("https://example.com/é", ASCII),
    ("https://example.com/?q=é", ASCII),
    ("ｈttps://example.com/", ASCII),
    ("https：//example.com/", NO_URL),
    ("https://example.com:80/", PORT),
    ("https://example.com:22/", PORT),
    ("https://example.com:9001/", PORT),
    ("https://example.com:65535/", PORT),
    ("https://example.com:65536/", NO_URL),
    ("https://example.com:0/", NO_URL),
    ("https://example.com:abc/", NO_URL),
    ("https://example.com:+443/", NO_URL),
    ("https://example.com:-443/", NO_URL),
    ("https://example.com:443:443/", NO_URL),
    ("https://127.0.0.1/", ADDRESS),
    ("https://93.184.216.34/", ADDRESS),
    ("https://127.1/", ADDRESS),
    ("https://0x7f.1/", ADDRESS),
    ("https://0177.0.0.1/", ADDRESS),
    ("https://2130706433/", ADDRESS),
    ("https://0x7f000001/", ADDRESS),
    ("https://127.000.000.001/", ADDRESS),
    ("https://0/", ADDRESS),
    ("https://example.0x/", ADDRESS),
    ("https://example.com.0X7F/", ADDRESS),
    ("https://[::1]/", ADDRESS),
    ("https://[2606:4700::1111]/", ADDRESS),
    ("https://[::ffff:127.0.0.1]:8443/", ADDRESS),
    ("https://[v1.example]/", ADDRESS),
    ("https://[::1/", ADDRESS),
    ("https://[fe80::1%25eth0]/", ADDRESS),
    ("https://[fe80::1%eth0]/", ADDRESS),
    ("https://[::1]x/", ADDRESS),
    ("https://[127.0.0.1]/", ADDRESS),
    ("https://[example.com]/", ADDRESS),
    ("https://%31%32%37.0.0.1.example.com/", ESCAPED),
    ("https://%31%32%37.0.0.1/", ESCAPED),
    ("https://%6c%6f%63%61%6c%68%6f%73%74/", ESCAPED),
    ("https://example%00.com/", ESCAPED),
    ("https://localhost/", LOCAL),
    ("https://LOCALHOST/", LOCAL),
    ("https://foo.localhost/", LOCAL),
    ("https://localhost6.localdomain6/", LOCAL),
    ("https://localhost4.localdomain4/", LOCAL),
    ("https://ip6.localhost6/", LOCAL),
    ("https://ip4.localhost4/", LOCAL),
    ("https://nas.lan/", LOCAL),
    ("https://fritz.home/", LOCAL),
    ("https://ip-10-0-0-1.ec2.internal/", LOCAL),
    ("https://printer.local/", LOCAL),
    ("https://metadata.google.internal/", LOCAL),
    ("https://localhost.localdomain/", LOCAL),
    ("https://router.home.arpa/", LOCAL),
    ("https://1.0.0.127.in-addr.arpa/", LOCAL),
    ("https://intranet/", LOCAL),
    ("https://wiki.corp/", LOCAL),
    ("https://receiver/", SINGLE),
    ("https://instance-data/", SINGLE),
    ("https://localhost./", DOT),
    ("https://127.0.0.1./", DOT),
    ("https://example.com./", DOT),
    ("https://.example.com/", NAME),
    ("https://example..com/", NAME),
    ("https://-a.example.com/", NAME),
    ("https://a-.example.com/", NAME),
    ("https://a*b.example.com/", NAME),
    ("https://example.com;evil.example/", NAME),
    ("https://example.com,evil.example/", NAME),
    (f"https://{LABEL_63}a.example/", NAME),
    (f"https://{HOST_253}c/", NAME),
    ("https://example.com/" + "x" * (MAX_URL_LENGTH - 19), "must not be longer than 2048 characters"),
]

PRIVATE = "a private address"
LOOPBACK = "a loopback address"
LINK_LOCAL = "a link-local address"
MULTICAST = "a multicast address"
TRANSLATED = "an address of a translation or tunnel"
RESERVED = "a reserved address"


class Range(NamedTuple):
    """A refused range, with what is refused next to it on either side; None: public, or the end of all addresses."""

    first: str
    last: str
    kind: str
    before: str | None = None
    kind_before: str | None = None
    after: str | None = None
    kind_after: str | None = None


F = "ffff:ffff:ffff:ffff"
RANGES = [
    Range("0.0.0.0", "0.255.255.255", RESERVED, after="1.0.0.0"),  # noqa: S104 - judged, not bound to
    Range("10.0.0.0", "10.255.255.255", PRIVATE, "9.255.255.255", None, "11.0.0.0"),
    Range("100.64.0.0", "100.127.255.255", PRIVATE, "100.63.255.255", None, "100.128.0.0"),
    Range("127.0.0.0", "127.255.255.255", LOOPBACK, "126.255.255.255", None, "128.0.0.0"),
    Range("169.254.0.0", "169.254.255.255", LINK_LOCAL, "169.253.255.255", None, "169.255.0.0"),
    Range("172.16.0.0", "172.31.255.255", PRIVATE, "172.15.255.255", None, "172.32.0.0"),
    Range("192.0.0.0", "192.0.0.255", RESERVED, "191.255.255.255", None, "192.0.1.0"),
    Range("192.0.2.0", "192.0.2.255", RESERVED, "192.0.1.255", None, "192.0.3.0"),
    Range("192.88.99.0", "192.88.99.255", TRANSLATED, "192.88.98.255", None, "192.88.100.0"),
    Range("192.168.0.0", "192.168.255.255", PRIVATE, "192.167.255.255", None, "192.169.0.0"),
    Range("198.18.0.0", "198.19.255.255", RESERVED, "198.17.255.255", None, "198.20.0.0"),
    Range("198.51.100.0", "198.51.100.255", RESERVED, "198.51.99.255", None, "198.51.101.0"),
    Range("203.0.113.0", "203.0.113.255", RESERVED, "203.0.112.255", None, "203.0.114.0"),
    Range("224.0.0.0", "239.255.255.255", MULTICAST, "223.255.255.255", None, "240.0.0.0", RESERVED),
    Range("240.0.0.0", "255.255.255.255", RESERVED, "239.255.255.255", MULTICAST),
    Range("::", "::", RESERVED, after="::1", kind_after=LOOPBACK),
    Range("::1", "::1", LOOPBACK, after="::2", kind_after=TRANSLATED),
    Range("::2", "::ffff:ffff", TRANSLATED, after="::1:0:0", kind_after=RESERVED),
    Range("::ffff:0:0:0", "::ffff:0:ffff:ffff", TRANSLATED, after="::ffff:1:0:0", kind_after=RESERVED),
    Range(
        "64:ff9b::", "64:ff9b::ffff:ffff", TRANSLATED, f"64:ff9a:ffff:ffff:{F}", RESERVED, "64:ff9b::1:0:0", RESERVED
    ),
    Range("64:ff9b:1::", f"64:ff9b:1:ffff:{F}", TRANSLATED, f"64:ff9b:0:ffff:{F}", RESERVED, "64:ff9b:2::", RESERVED),
    Range("100::", f"100::{F}", RESERVED),
    Range("1fff::", f"1fff:ffff:ffff:ffff:{F}", RESERVED, after="2000::"),
    Range("2001::", f"2001:0:ffff:ffff:{F}", TRANSLATED, f"2000:ffff:ffff:ffff:{F}", None, "2001:1::", RESERVED),
    Range("2001:1::", f"2001:1ff:ffff:ffff:{F}", RESERVED, after="2001:200::"),
    Range("2001:db8::", f"2001:db8:ffff:ffff:{F}", RESERVED, f"2001:db7:ffff:ffff:{F}", None, "2001:db9::"),
    Range("2002::", f"2002:ffff:ffff:ffff:{F}", TRANSLATED, f"2001:ffff:ffff:ffff:{F}", None, "2003::"),
    Range("3fff::", f"3fff:fff:ffff:ffff:{F}", RESERVED, f"3ffe:ffff:ffff:ffff:{F}", None, "3fff:1000::"),
    Range("4000::", f"fbff:ffff:ffff:ffff:{F}", RESERVED, f"3fff:ffff:ffff:ffff:{F}", None, "fc00::", PRIVATE),
    Range("fc00::", f"fdff:ffff:ffff:ffff:{F}", PRIVATE, after="fe00::", kind_after=RESERVED),
    Range("fe80::", f"febf:ffff:ffff:ffff:{F}", LINK_LOCAL, f"fe7f:ffff:ffff:ffff:{F}", RESERVED),
    Range("fec0::", f"feff:ffff:ffff:ffff:{F}", PRIVATE),
    Range("ff00::", f"ffff:ffff:ffff:ffff:{F}", MULTICAST),
]

# What a name may lead to, with its verdict; None is contacted.
ADDRESSES: dict[str, str | None] = {
    "1.1.1.1": None,
    "93.184.216.34": None,
    "2606:4700:4700::1111": None,
    "2a00:1450:4001:81b::200e": None,
    "169.254.169.254": LINK_LOCAL,  # instance metadata
    "169.254.170.2": LINK_LOCAL,  # container credentials
    "169.254.100.1": LINK_LOCAL,
    "192.0.0.170": RESERVED,
    "255.255.255.255": RESERVED,
    "fd00:ec2::254": PRIVATE,  # instance metadata
    "100.100.100.200": PRIVATE,
    "5f00::1": RESERVED,
    "::ffff:8.8.8.8": None,
    "::ffff:127.0.0.1": LOOPBACK,
    "::ffff:10.0.0.1": PRIVATE,
    "::ffff:a9fe:a9fe": LINK_LOCAL,
    "::ffff:0.0.0.0": RESERVED,
    "::127.0.0.1": TRANSLATED,
    "::8.8.8.8": TRANSLATED,
    "::ffff:0:127.0.0.1": TRANSLATED,
    "::ffff:0:8.8.8.8": TRANSLATED,
    "64:ff9b::7f00:1": TRANSLATED,
    "64:ff9b::10.0.0.1": TRANSLATED,
    "64:ff9b::8.8.8.8": TRANSLATED,
    "64:ff9b:1::127.0.0.1": TRANSLATED,
    "64:ff9b:1:7f00:0:100::": TRANSLATED,
    "2002:7f00:1::": TRANSLATED,
    "2002:a00:1::1": TRANSLATED,
    "2002:808:808::1": TRANSLATED,
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": TRANSLATED,
    "2001:0:7f00:1::": TRANSLATED,
    "2606:4700::5efe:7f00:1": TRANSLATED,
    "2606:4700::200:5efe:10.0.0.1": TRANSLATED,
    "2606:4700::100:5efe:10.0.0.1": None,  # no ISATAP, though it looks like it
    "fe80::5efe:127.0.0.1": TRANSLATED,
    "fe80::1%eth0": LINK_LOCAL,
    "2606:4700::1%1": LINK_LOCAL,
    "::1%lo": LINK_LOCAL,
    "": "no IP address",
    "localhost": "no IP address",
    "example.com": "no IP address",
    "127.1": "no IP address",
    "0177.0.0.1": "no IP address",
    "0x7f.0.0.1": "no IP address",
    "2130706433": "no IP address",
    "8.8.8.8 ": "no IP address",
    "8.8.8.8:80": "no IP address",
    "8.8.8.8/32": "no IP address",
    "[2606:4700::1]": "no IP address",
    "①.1.1.1": "no IP address",
}
for _range in RANGES:
    ADDRESSES[_range.first] = ADDRESSES[_range.last] = _range.kind
    if _range.before:
        ADDRESSES[_range.before] = _range.kind_before
    if _range.after:
        ADDRESSES[_range.after] = _range.kind_after

# Whole answers of a resolver, with what condemns the name.
MIXED_ANSWERS: list[tuple[list[str], str | None]] = [
    (["1.1.1.1", "2606:4700:4700::1111"], None),
    (["1.1.1.1", "127.0.0.1"], LOOPBACK),
    (["127.0.0.1", "1.1.1.1"], LOOPBACK),
    (["1.1.1.1", "::1"], LOOPBACK),
    (["2606:4700:4700::1111", "10.0.0.1"], PRIVATE),
    (["1.1.1.1", "169.254.169.254"], LINK_LOCAL),
    (["1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "192.168.0.1"], PRIVATE),  # beyond those that are tried
    (["1.1.1.1", "::ffff:10.0.0.1"], PRIVATE),
    (["1.1.1.1", "64:ff9b::808:808"], TRANSLATED),
    (["10.0.0.1", "127.0.0.1"], PRIVATE),
    (["1.1.1.1", ""], "no IP address"),
]
