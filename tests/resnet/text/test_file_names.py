"""Names of files as messages show them."""

from resnet.text.file_names import shown_name


def test_file_names_are_cleaned_for_messages():
    assert shown_name("../../etc/\x1b[31mcat\n\u202egpj.exe") == "[31mcatgpj.exe"
    assert shown_name("C:\\photos\\cat.jpg") == "cat.jpg"
    assert shown_name("\n\x00") == "file"
    assert len(shown_name("x" * 500 + ".png")) == 60
