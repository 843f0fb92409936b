# A role for the workflow in github.yml: it may read what dyncheck asks for, and only that repository may assume it.
# `dyncheck capture --help` and docs/live.md say what is asked.

variable "repository" {
  description = "The repository of the workflow, such as my-org/infrastructure."
  type        = string
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.repository}:ref:refs/heads/main"]
    }
  }
}

resource "aws_iam_role" "dyncheck" {
  name               = "dyncheck"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "dyncheck" {
  name   = "read"
  role   = aws_iam_role.dyncheck.id
  policy = file("${path.module}/policy.json")
}
