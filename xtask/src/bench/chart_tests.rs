use super::{Bar, Chart, Group, ticks};
use crate::bench::measurement::Unit;

fn bar(label: &str, median: f64, min: f64) -> Bar {
    Bar {
        label: label.to_owned(),
        median,
        min: Some(min),
        is_ours: label.starts_with("meterproof"),
    }
}

fn chart(bars: Vec<Bar>) -> Chart {
    Chart {
        name: "verify-native".to_owned(),
        title: "From token to claims".to_owned(),
        groups: vec![Group { label: "RSA-2048".to_owned(), bars }],
        unit: Unit::Nanoseconds,
    }
}

#[test]
fn the_picture_is_this_one() {
    let svg = chart(vec![
        bar("meterproof avx2", 20_000.0, 15_000.0),
        bar("peer <1.0>", 40_000.0, 30_000.0),
    ])
    .to_svg();
    let lines: Vec<&str> = svg.lines().filter(|line| !line.starts_with("<style>")).collect();
    assert_eq!(
        lines,
        [
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 186" role="img" aria-labelledby="title desc">"#,
            r#"<title id="title">From token to claims</title>"#,
            r#"<desc id="desc">Medians. RSA-2048: meterproof avx2 20.0 µs, least 15.0 µs; peer &lt;1.0&gt; 40.0 µs, least 30.0 µs.</desc>"#,
            r#"<rect class="back" width="800" height="186"/>"#,
            r#"<text class="title" x="16" y="26">From token to claims</text>"#,
            r#"<text class="note" x="16" y="46">bar: median; upright mark: least of the rounds; shorter is better</text>"#,
            r#"<line class="grid" x1="300.0" y1="64" x2="300.0" y2="142"/><text class="note" x="300.0" y="160.0" text-anchor="middle">0</text>"#,
            r#"<line class="grid" x1="400.0" y1="64" x2="400.0" y2="142"/><text class="note" x="400.0" y="160.0" text-anchor="middle">10 µs</text>"#,
            r#"<line class="grid" x1="500.0" y1="64" x2="500.0" y2="142"/><text class="note" x="500.0" y="160.0" text-anchor="middle">20 µs</text>"#,
            r#"<line class="grid" x1="600.0" y1="64" x2="600.0" y2="142"/><text class="note" x="600.0" y="160.0" text-anchor="middle">30 µs</text>"#,
            r#"<line class="grid" x1="700.0" y1="64" x2="700.0" y2="142"/><text class="note" x="700.0" y="160.0" text-anchor="middle">40 µs</text>"#,
            r#"<text class="group" x="16" y="88.0">RSA-2048</text>"#,
            r#"<text x="292.0" y="110.0" text-anchor="end">meterproof avx2</text><rect class="ours" x="300" y="98.0" width="200.0" height="14"/><line class="least" x1="450.0" y1="96.0" x2="450.0" y2="114.0"/><text x="508.0" y="110.0">20.0 µs</text>"#,
            r#"<text x="292.0" y="132.0" text-anchor="end">peer &lt;1.0&gt;</text><rect class="peer" x="300" y="120.0" width="400.0" height="14"/><line class="least" x1="600.0" y1="118.0" x2="600.0" y2="136.0"/><text x="708.0" y="132.0">40.0 µs</text>"#,
            "</svg>",
        ]
    );
}

#[test]
fn colours_follow_the_scheme_of_the_reader() {
    let svg = chart(vec![bar("meterproof", 1.0, 1.0)]).to_svg();
    assert!(svg.contains("@media (prefers-color-scheme:dark)"));
    assert!(!svg.contains("<script"));
}

#[test]
fn a_bar_that_dwarfs_the_others_is_cut_and_says_so() {
    let svg =
        chart(vec![bar("meterproof", 10_000.0, 9_000.0), bar("slow", 5_000_000.0, 4_000_000.0)])
            .to_svg();
    // The scale ends at 12 times the quickest: 400 wide, the quickest 33.3.
    assert!(svg.contains(r#"<rect class="ours" x="300" y="98.0" width="33.3""#), "{svg}");
    assert!(svg.contains(r#"<rect class="peer" x="300" y="120.0" width="400.0""#));
    assert_eq!(svg.matches(r#"class="cut""#).count(), 2);
    assert!(svg.contains("bars with a gap are cut"));
    assert!(svg.contains(">5.00 ms</text>"));
    assert_eq!(svg.matches(r#"class="least""#).count(), 1, "a mark beyond the end is left out");
}

#[test]
fn the_best_bar_of_each_group_stays_whole() {
    let mut two = chart(vec![bar("meterproof", 1_000.0, 900.0)]);
    two.groups.push(Group {
        label: "RSA-4096".to_owned(),
        bars: vec![bar("meterproof", 20_000.0, 19_000.0), bar("slow", 90_000.0, 80_000.0)],
    });
    let svg = two.to_svg();
    // The scale ends at 24,000 ns, 1.2 times the best of the second group.
    assert!(svg.contains(r#"width="333.3""#), "{svg}");
    assert_eq!(svg.matches(r#"class="cut""#).count(), 2);
}

#[test]
fn ticks_are_round() {
    assert_eq!(ticks(40.0), [0.0, 10.0, 20.0, 30.0, 40.0]);
    assert_eq!(ticks(165.0), [0.0, 50.0, 100.0, 150.0]);
    assert_eq!(ticks(7.0), [0.0, 2.0, 4.0, 6.0]);
}

#[test]
fn nothing_to_draw_is_still_a_picture() {
    let empty = Chart { groups: Vec::new(), ..chart(Vec::new()) };
    assert!(empty.to_svg().ends_with("</svg>\n"));
}
