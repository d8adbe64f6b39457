"""The README's IAM policies allow what changing options calls, and nothing else.

What restarts need besides, src/aws/ec2_*.cpp and kms.cpp, is not theirs to allow.
"""

import json
import re
import unittest

from pages import ROOT, blocks, page

# The only call that needs no permission.
FREE = "sts:GetCallerIdentity"


def policies():
    return [json.loads(block) for block in blocks(page("README.md"), "json")]


def actions(policy):
    found = set()
    for statement in policy["Statement"]:
        action = statement["Action"]
        found |= {action} if isinstance(action, str) else set(action)
    return found


def called():
    """The IAM action of every call that audits, plans and changes of options make."""
    found = set()
    for prefix, path in (("ec2", "ec2.cpp"), ("cloudwatch", "cloudwatch.cpp"), ("sts", "sts.cpp")):
        text = (ROOT / "src/aws" / path).read_text()
        names = re.findall(r'"((?:Describe|Modify|Get)[A-Z]\w+)"', text)
        found |= {f"{prefix}:{name}" for name in names if not name.endswith(("Result", "Response"))}
    return found


class Policies(unittest.TestCase):
    def test_each_is_a_policy(self):
        self.assertEqual(len(policies()), 2)
        for policy in policies():
            self.assertEqual(set(policy), {"Version", "Statement"})
            self.assertEqual(policy["Version"], "2012-10-17")
            for statement in policy["Statement"]:
                self.assertEqual(set(statement), {"Sid", "Effect", "Action", "Resource"})
                self.assertEqual(statement["Effect"], "Allow")
                self.assertRegex(statement["Sid"], r"^[A-Za-z0-9]+$")

    def test_the_first_one_cannot_change_anything(self):
        for action in actions(policies()[0]):
            self.assertRegex(action, r"^\w+:(Describe|Get)")

    def test_both_together_are_what_the_program_calls(self):
        self.assertEqual(actions(policies()[0]) | actions(policies()[1]) | {FREE}, called())


if __name__ == "__main__":
    unittest.main()
