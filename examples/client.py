"""The little that both examples need of a GraphQL client: requests and nothing else."""
import requests


class Caller:
    """Someone with a token. One connection is used for all requests."""

    def __init__(self, url, token):
        self.url, self.session = f"{url}/graphql", requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def is_known(self):
        """Whether the token is accepted: not before its organization is registered."""
        return self.session.post(self.url, json={"query": "{ viewer { subject } }"}, timeout=30).status_code != 401

    def ask(self, document, **variables):
        """The data that a document asks for. An error ends the script with what the service says."""
        answer = self.session.post(self.url, json={"query": document, "variables": variables}, timeout=30).json()
        if "errors" in answer:
            reasons = [f'{error["extensions"]["code"]}: {error["message"]}' for error in answer["errors"]]
            raise SystemExit("\n".join(reasons))
        return answer["data"]

    def do(self, mutation, selection, **values):
        """What a mutation answers. By convention its input's type has its name."""
        kind = mutation[0].upper() + mutation[1:] + "Input"
        document = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}"
        return self.ask(document, input=values)[mutation]
