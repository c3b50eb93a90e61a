"""An upload stops while it arrives: what comes after the limit is kept nowhere, and the form is told."""

import pytest
from django.core.files.uploadhandler import StopUpload
from django.test import RequestFactory

from community_ops.upload_limit import UploadLimit


def test_what_comes_after_the_limit_is_not_passed_on(settings):
    settings.UPLOAD_MAX_BYTES = 10
    request = RequestFactory().post("/")
    limit = UploadLimit(request)
    limit.new_file("file", "a.csv", "text/csv", None)
    assert limit.receive_data_chunk(b"x" * 10, 0) == b"x" * 10
    assert not hasattr(request, "upload_was_too_large")
    with pytest.raises(StopUpload):
        limit.receive_data_chunk(b"x", 10)
    assert request.upload_was_too_large


def test_it_hears_of_every_upload_before_anybody_keeps_it(settings):
    assert settings.FILE_UPLOAD_HANDLERS[0] == "community_ops.upload_limit.UploadLimit"
