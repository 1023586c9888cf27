"""What names may lead to, each with its verdict: addresses at the borders of every range, from both sides."""

from typing import NamedTuple

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
