"""Language, time zone and theme of the person, and what the page shell needs to know."""


class PreferencesMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


def shell(request):
    return {}
