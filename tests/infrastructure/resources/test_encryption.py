"""The key and what it protects."""

from tests.infrastructure.cloudformation import Stack, referred


def test_key_is_rotated(stack: Stack) -> None:
    """The key material is renewed every year."""
    assert stack.properties("EncryptionKey")["EnableKeyRotation"] is True


def test_key_outlives_the_stack(stack: Stack) -> None:
    """The key stays with the tables, whose secrets nobody could read without it; that of a failed creation goes."""
    key = stack.document["Resources"]["EncryptionKey"]
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_key_has_a_name(stack: Stack) -> None:
    """An operator finds the key by the name of the stack."""
    alias = stack.properties("EncryptionKeyAlias")
    assert alias["AliasName"] == {"Fn::Sub": "alias/${AWS::StackName}"}
    assert referred(alias["TargetKeyId"]) == "EncryptionKey"


def test_account_administers_the_key(stack: Stack) -> None:
    """The account itself holds the key, so that IAM policies can grant it and nobody is locked out."""
    statement = stack.properties("EncryptionKey")["KeyPolicy"]["Statement"][0]
    assert statement["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    assert statement["Action"] == "kms:*"


def test_alarms_may_use_the_key_of_their_topic(stack: Stack) -> None:
    """An alarm of this stack can publish to the encrypted topic; another stack's cannot."""
    assert referred(stack.properties("AlertTopic")["KmsMasterKeyId"]) == "EncryptionKey"
    statement = stack.properties("EncryptionKey")["KeyPolicy"]["Statement"][1]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    (arn,) = statement["Condition"]["ArnLike"].values()
    assert arn["Fn::Sub"].endswith(":alarm:${AWS::StackName}-*")
