//! Bars as SVG: the median of each subject, a mark at its least time, sizes in groups.
//!
//! The picture follows the reader's light or dark scheme by itself, has no script, and tells
//! everything in text too.

use super::measurement::{Measurement, Unit};

/// A picture, `docs/performance/NAME.svg`.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub name: String,
    pub title: String,
    pub groups: Vec<Group>,
    pub unit: Unit,
}

/// Bars that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub label: String,
    pub bars: Vec<Bar>,
}

/// One subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub label: String,
    pub median: f64,
    pub min: Option<f64>,
    pub is_ours: bool,
}

impl Bar {
    pub fn of(one: &Measurement) -> Self {
        let (label, median, min) = (one.subject.clone(), one.median, one.min);
        Self { label, median, min, is_ours: one.is_ours() }
    }
}

const WIDTH: f64 = 800.0;
/// Where bars begin: left of it stand the subjects' names.
const LEFT: f64 = 300.0;
/// Where the longest bar ends: right of it stand the figures.
const RIGHT: f64 = 700.0;
/// Below the title.
const TOP: f64 = 64.0;
const GROUP_HEIGHT: f64 = 34.0;
const ROW_HEIGHT: f64 = 22.0;
const BAR_HEIGHT: f64 = 14.0;
/// For the scale below the bars.
const BOTTOM: f64 = 44.0;
/// The quickest bar is at least this part of the longest, if need be by cutting the longest.
const SHORTEST_PART: f64 = 1.0 / 12.0;

const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#1f2328}\
.back{fill:#ffffff}.title{font-size:15px;font-weight:600}.group{font-weight:600}\
.note{fill:#59636e}.ours{fill:#0f766e}.peer{fill:#8c96a3}\
.grid{stroke:#d1d9e0}.least{stroke:#1f2328;stroke-width:2}.cut{stroke:#ffffff;stroke-width:3}\
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.back{fill:#0d1117}.note{fill:#9198a1}\
.ours{fill:#2dd4bf}.peer{fill:#6e7781}.grid{stroke:#3d444d}.least{stroke:#f0f6fc}\
.cut{stroke:#0d1117}}";

impl Chart {
    /// The file's text.
    pub fn to_svg(&self) -> String {
        let end = self.scale_end();
        let rows: usize = self.groups.iter().map(|group| group.bars.len()).sum();
        let bottom = TOP + self.groups.len() as f64 * GROUP_HEIGHT + rows as f64 * ROW_HEIGHT;
        let height = bottom + BOTTOM;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
             aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n\
             <desc id=\"desc\">{desc}</desc>\n<style>{STYLE}</style>\n\
             <rect class=\"back\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
             <text class=\"title\" x=\"16\" y=\"26\">{title}</text>\n\
             <text class=\"note\" x=\"16\" y=\"46\">{note}</text>\n",
            title = escaped(&self.title),
            desc = escaped(&self.description()),
            note = escaped(&self.note(end)),
        );
        for tick in ticks(end) {
            let x = place(tick, end);
            svg.push_str(&format!(
                "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>\
                 <text class=\"note\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
                bottom + 18.0,
                escaped(&self.unit.show_round(tick)),
            ));
        }
        let mut y = TOP;
        for group in &self.groups {
            svg.push_str(&format!(
                "<text class=\"group\" x=\"16\" y=\"{:.1}\">{}</text>\n",
                y + 24.0,
                escaped(&group.label)
            ));
            y += GROUP_HEIGHT;
            for bar in &group.bars {
                svg.push_str(&self.bar(bar, y, end));
                y += ROW_HEIGHT;
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn bar(&self, bar: &Bar, y: f64, end: f64) -> String {
        let baseline = y + BAR_HEIGHT - 2.0;
        let (to, is_cut) = (place(bar.median.min(end), end), bar.median > end);
        let class = if bar.is_ours { "ours" } else { "peer" };
        let mut svg = format!(
            "<text x=\"{:.1}\" y=\"{baseline:.1}\" text-anchor=\"end\">{}</text>\
             <rect class=\"{class}\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR_HEIGHT}\"/>",
            LEFT - 8.0,
            escaped(&bar.label),
            to - LEFT,
        );
        if is_cut {
            for from in [RIGHT - 22.0, RIGHT - 14.0] {
                svg.push_str(&format!(
                    "<line class=\"cut\" x1=\"{from:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
                    y + BAR_HEIGHT + 2.0,
                    from + 6.0,
                    y - 2.0,
                ));
            }
        }
        if let Some(min) = bar.min.filter(|min| *min <= end) {
            let x = place(min, end);
            svg.push_str(&format!(
                "<line class=\"least\" x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{:.1}\"/>",
                y - 2.0,
                y + BAR_HEIGHT + 2.0,
            ));
        }
        let figure = self.unit.show(bar.median);
        svg.push_str(&format!(
            "<text x=\"{:.1}\" y=\"{baseline:.1}\">{}</text>\n",
            to + 8.0,
            escaped(&figure)
        ));
        svg
    }

    /// The figure at which the longest bar ends.
    fn scale_end(&self) -> f64 {
        let bars = || self.groups.iter().flat_map(|group| &group.bars);
        let longest = bars().map(|bar| bar.median).fold(0.0, f64::max);
        let quickest = bars().map(|bar| bar.median).fold(f64::INFINITY, f64::min);
        // The best of each group stays whole, so that groups can be compared.
        let best_of_groups = self
            .groups
            .iter()
            .map(|group| group.bars.iter().map(|bar| bar.median).fold(f64::INFINITY, f64::min));
        let needed = best_of_groups.filter(|best| best.is_finite()).fold(0.0, f64::max) * 1.2;
        let end = longest.min((quickest / SHORTEST_PART).max(needed));
        if end.is_finite() && end > 0.0 { end } else { 1.0 }
    }

    fn note(&self, end: f64) -> String {
        let bars = || self.groups.iter().flat_map(|group| &group.bars);
        let mut note = String::from("bar: median");
        if bars().any(|bar| bar.min.is_some()) {
            note.push_str("; upright mark: least of the rounds");
        }
        note.push_str("; shorter is better");
        if bars().any(|bar| bar.median > end) {
            note.push_str("; bars with a gap are cut");
        }
        note
    }

    /// All that the picture shows, in words.
    fn description(&self) -> String {
        let groups = self.groups.iter().map(|group| {
            let bars = group.bars.iter().map(|bar| {
                let median = self.unit.show(bar.median);
                match bar.min {
                    Some(min) => format!("{} {median}, least {}", bar.label, self.unit.show(min)),
                    None => format!("{} {median}", bar.label),
                }
            });
            format!("{}: {}.", group.label, bars.collect::<Vec<_>>().join("; "))
        });
        format!("Medians. {}", groups.collect::<Vec<_>>().join(" "))
    }
}

fn place(figure: f64, end: f64) -> f64 {
    LEFT + (RIGHT - LEFT) * figure / end
}

/// Round figures from nought to the end, four to eight of them.
fn ticks(end: f64) -> Vec<f64> {
    let magnitude = 10_f64.powf((end / 4.0).log10().floor());
    let step = [5.0, 2.0, 1.0]
        .into_iter()
        .map(|factor| factor * magnitude)
        .find(|step| end / step >= 3.0)
        .unwrap_or(magnitude);
    (0..=8).map(|index| f64::from(index) * step).take_while(|tick| *tick <= end).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
