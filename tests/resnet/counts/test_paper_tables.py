"""The paper's tables, with the network on show among their columns."""

import pytest

from resnet import ResNetSpec
from resnet.counts.paper_tables import CIFAR, IMAGENET, columns, paper_table
from resnet.drawing.charts.paper_table import draw_paper_table


def names(spec: ResNetSpec) -> list[str]:
    return [column.preset for column in columns(spec)]


def test_a_network_stands_in_the_table_of_its_kind():
    assert paper_table(ResNetSpec.preset("resnext50_32x4d")) is IMAGENET
    assert paper_table(ResNetSpec.preset("wrn28_10")) is CIFAR


@pytest.mark.parametrize("changes", [{}, {"num_classes": 7}, {"image_size": 96, "in_channels": 1}])
def test_its_column_is_the_papers_whatever_input_and_classes(changes):
    shown = [c.preset for c in columns(ResNetSpec.preset("resnet34", **changes)) if c.shown]
    assert shown == ["resnet34"]


def test_a_network_that_the_paper_has_not_comes_last():
    spec = ResNetSpec.preset("resnet50", shortcut="D")
    assert names(spec) == [*IMAGENET.printed, ""]
    assert columns(spec)[-1].graph.spec == spec


# Table 1, last row: 10⁹ multiply-adds, one decimal, not always the nearest.
def test_the_papers_versions_cost_what_it_prints():
    spec = ResNetSpec.preset("resnet50", stride_on="1x1")
    for column in columns(spec):
        assert column.graph.macs / 1e9 == pytest.approx(IMAGENET.printed[column.preset], abs=0.1)


def test_v1_5_costs_more_where_there_are_bottlenecks():
    v1, v15 = (columns(ResNetSpec.preset("resnet50", stride_on=on)) for on in ("1x1", "3x3"))
    dearer = [a.preset for a, b in zip(v1, v15, strict=True) if b.graph.macs > a.graph.macs]
    assert dearer == ["resnet50", "resnet101", "resnet152"]


def test_rows_are_those_of_table_1():
    spec = ResNetSpec.preset("resnet101")
    html = draw_paper_table(paper_table(spec), columns(spec))
    assert '<tr data-stage="stem"><th scope="row">conv1</th><td>112×112</td>' in html
    assert '<tr data-stage="layer3"><th scope="row">conv4_x</th><td>14×14</td>' in html
    blocks = '<span class="brackets">1×1, 256<br>3×3, 256<br>1×1, 1024</span> × 23'
    assert f'<td class="shown">{blocks}</td>' in html
    assert html.count('role="button"') == 4
    assert html.count("3×3 max pool, /2") == 5


def test_networks_with_other_stages_leave_cells_empty():
    spec = ResNetSpec(layers=(2, 2, 2, 2, 2), num_classes=10)
    html = draw_paper_table(paper_table(spec), columns(spec))
    row = html.split('<tr data-stage="layer5">')[1].split("</tr>")[0]
    assert row.count("<td></td>") == 5
