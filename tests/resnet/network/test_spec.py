"""A spec is a small value."""


def test_importing_the_library_brings_in_no_torch(fresh_python):
    assert fresh_python("import resnet, sys; print('torch' in sys.modules)") == "False"
