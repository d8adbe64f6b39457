"""Every link between the pages leads somewhere, and every page is reached from the README."""

import posixpath
import re
import unittest

from pages import ROOT, pages, without_blocks

LINK = re.compile(r"\]\(([^)\s]+)\)")
# Only what a user needs to be told of lies outside.
OUTSIDE = ("https://keepachangelog.com/", "https://semver.org/")


def anchors(text):
    """What GitHub makes of the headings."""
    found = []
    for heading in re.findall(r"^#+ (.+)$", without_blocks(text), re.MULTILINE):
        word = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).replace(" ", "-")
        found.append(word)
    return found


def links():
    """(page, target path, anchor) of every relative link."""
    for path, text in pages().items():
        for link in LINK.findall(without_blocks(text)):
            if link.startswith("https://"):
                continue
            target, _, anchor = link.partition("#")
            whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            yield path, whole, anchor


class Links(unittest.TestCase):
    def test_every_target_is_there(self):
        self.assertEqual([(page, to) for page, to, _ in links() if not (ROOT / to).exists()], [])

    def test_every_anchor_is_a_heading(self):
        broken = [(page, f"{to}#{anchor}") for page, to, anchor in links()
                  if anchor and (ROOT / to).is_file() and anchor not in anchors((ROOT / to).read_text())]
        self.assertEqual(broken, [])

    def test_every_page_of_the_docs_is_reached_from_the_readme(self):
        reached, more = set(), {"README.md"}
        while more:
            reached |= more
            more = {to for page, to, _ in links() if page in more} - reached
        self.assertEqual([page for page in pages() if page not in reached], [])

    def test_only_known_hosts_are_linked(self):
        found = [link for text in pages().values() for link in LINK.findall(text)
                 if "://" in link and not link.startswith(OUTSIDE)]
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
