//! What was measured as one table: each cell's least and median time, and the ratio of the dearest
//! to the cheapest.

/// Times of one kind in one place of one script, in nanoseconds for one edit.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) samples: Vec<f64>,
}

impl Row {
    fn least(&self) -> f64 {
        self.samples.iter().copied().fold(f64::MAX, f64::min)
    }

    fn median(&self) -> f64 {
        let mut sorted = self.samples.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }
}

/// Prints the rows, and how far the dearest is from the cheapest.
pub(crate) fn print(title: &str, rows: &[Row]) {
    let rows: Vec<&Row> = rows.iter().filter(|row| !row.samples.is_empty()).collect();
    if rows.is_empty() {
        return;
    }
    println!("\n{title}, in µs\n{:<56}{:>8}{:>8}", "", "least", "median");
    for row in &rows {
        let (least, median) = (row.least() / 1e3, row.median() / 1e3);
        println!("{:<56}{least:>8.2}{median:>8.2}", row.name);
    }
    let ratio = |of: fn(&Row) -> f64| {
        let times = || rows.iter().map(|row| of(row));
        times().fold(0.0, f64::max) / times().fold(f64::MAX, f64::min)
    };
    println!(
        "{:<56}{:>8.2}{:>8.2}",
        "dearest by cheapest",
        ratio(Row::least),
        ratio(Row::median)
    );
}
