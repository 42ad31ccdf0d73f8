//! The runs of every test: fixed seeds, and the seeds that once found something. `cargo xtask sim` runs others, for as long as
//! is wished.

use scriptroom_sim::Run;
use scriptroom_sim::weather::Fault;

/// Plays these runs, and says of the first broken promise how to see it again.
fn hold(seeds: impl IntoIterator<Item = u64>) {
    play(seeds.into_iter().map(Run::of));
}

/// The same of runs from before there were some of the faults: without those they are what they were.
fn hold_as_before(seeds: impl IntoIterator<Item = u64>) {
    play(seeds.into_iter().map(|seed| Run {
        without: Fault::LATER.into(),
        ..Run::of(seed)
    }));
}

/// The same of runs from before there were traps.
fn hold_without_traps(seeds: impl IntoIterator<Item = u64>) {
    play(seeds.into_iter().map(|seed| Run {
        without: [Fault::Trap].into(),
        ..Run::of(seed)
    }));
}

fn play(runs: impl Iterator<Item = Run>) {
    for run in runs {
        if let Some(violation) = run.play().violation {
            panic!(
                "{}: {}; see `{}`",
                violation.check,
                violation.what,
                run.command()
            );
        }
    }
}

// Several tests, because they run beside each other.

#[test]
fn u2_what_was_promised_holds_in_runs_0_to_14() {
    hold(0..15);
}

#[test]
fn u2_what_was_promised_holds_in_runs_15_to_29() {
    hold(15..30);
}

/// Whoever comes back before the relay has seen the old connection end was no longer shown: the client did not take a removal
/// with its own clock for news (A5).
#[test]
fn a5_who_comes_back_early_is_shown() {
    hold_as_before([53, 60, 78]);
}

/// A stock client sends back what it hears. What came back when its owner had left, and the room had slept, was taken for the sender's
/// own presence; the owner, back again, was a stranger and was not shown.
#[test]
fn a3_who_comes_back_is_no_stranger() {
    hold([10_301]);
}

/// Of whom a new connection had taken over, before the old one was seen to end, the room had both after a sleep.
#[test]
fn a3_who_is_taken_over_is_shown_once_after_a_sleep() {
    hold_as_before([200_741]);
}

/// A room that had slept took the clock with which it had removed somebody for news, and those who had heard the removal did not.
#[test]
fn a5_who_comes_back_after_a_sleep_is_shown() {
    hold_as_before([530, 1170]);
}

/// After starting over, the client that a writer was before stayed on everybody's screen.
#[test]
fn a5_who_starts_over_is_shown_once() {
    hold_as_before([24, 26]);
}

/// Frames that waited for the device's disk went out on the next connection, where their numbers stood for other batches: the
/// acknowledgement of one was taken for that of another.
#[test]
fn u2_what_was_said_to_another_connection_is_not_said_again() {
    hold_as_before([51]);
}

/// A device that takes no more writes called rows saved that the relay had refused.
#[test]
fn r2_what_was_refused_is_never_called_saved() {
    hold_as_before([334]);
}

/// A clock that was set back made days of the half minute for which a refused stock client is turned away.
#[test]
fn r8_a_clock_that_is_set_back_turns_nobody_away_for_days() {
    hold_as_before([917]);
}

/// Offered one by one, comments that were made offline were more than the relay takes at once; so they were all offered again, for ever.
#[test]
fn n2_comments_that_were_put_off_are_stored_with_the_rest() {
    hold_without_traps([39]);
}

/// An empty backup knew whose an id was, and a co-writer who had its words was refused: they stood there twice.
#[test]
fn u6_what_others_have_of_an_id_comes_back_once() {
    hold_as_before([228]);
}

/// A hostile editor brought made-up words under the id of somebody who was here, or away; the owner's copy, stored beside them, was
/// taken for the older one where both stood under one key. And another device of the owner's, which had the made-up words from the
/// log, was believed to have written them.
#[test]
fn b2_made_up_words_under_anothers_id_give_way_everywhere() {
    hold_without_traps([1061, 1645]);
}

/// Somebody's own words were put in the place of made-up ones while they had been away. What their document had made of the two was taken for what
/// they had written: other people's words that hung on the made-up ones were taken away everywhere, and their own that hung on what was
/// used up were not offered again.
#[test]
fn b2_whose_words_are_put_in_place_offers_what_was_written() {
    hold([3040]);
}

/// Offered one by one with every connection, many comments were too much at once with every connection; and of a copy that was brought
/// back nothing counted but the whole.
#[test]
fn n2_many_comments_are_stored_in_the_end() {
    hold_without_traps([1278, 1551, 2155]);
}

/// Of comments that were made in several openings the first of only one was offered again by itself, so whose the others' ids were nobody knew.
#[test]
fn d4_comments_of_every_opening_have_their_author() {
    hold([10_122]);
}

/// A stock client of the same person had sent an id back, and was taken for the document that writes under it: what that document had was
/// not waited for.
#[test]
fn u6_who_sends_an_id_back_does_not_speak_for_it() {
    hold([10_778]);
}

/// What was under way behind an undo that was put off was stored before that: words that were taken back and brought again were there twice, and somebody moved
/// both.
#[test]
fn n2_nothing_is_stored_before_what_was_put_off() {
    hold([1_301_640]);
}

/// The checker expected of words that were held, and brought back by another, that their author may still write.
#[test]
fn u4_what_was_held_was_allowed_when_it_came() {
    hold([10_880]);
}

/// The checker looked whether everything is the same only now and then: all had been for half an hour when it looked just as a token ended.
#[test]
fn u2_a_token_that_ends_later_is_another_matter() {
    hold([500_477]);
}

/// The checker counted words twice of which a clock that jumps over the day of B2 had made new ones.
#[test]
fn b2_a_clock_that_jumps_over_the_day_costs_no_word() {
    hold([11_140]);
}

/// A commenter's page took back what two had carried away at once: an edit, for which it was refused whenever it opened.
#[test]
fn r3_who_may_not_write_answers_nothing() {
    hold_without_traps([2090]);
}

#[test]
fn the_same_seed_is_the_same_run() {
    let (first, second) = (Run::of(7).play(), Run::of(7).play());
    assert_eq!(first.violation, second.violation);
    assert_eq!(first.simulated_ms, second.simulated_ms);
    assert_eq!(first.counts, second.counts);
}

/// A thread that a restored relay had lost was said again under its id. When its author brought it, one of the two was gone, with
/// what its author had said in it since.
#[test]
fn d7_what_is_said_again_takes_nobodys_place() {
    hold([40_174]);
}

/// Comments of several openings were offered all at once with every connection, and were too much each time.
#[test]
fn n2_comments_of_many_openings_are_stored_in_the_end() {
    hold([50_069, 50_145, 50_271]);
}

/// Replies to what a restored relay had lost were put off, and offered again as they were, for ever.
#[test]
fn u4_replies_come_with_what_they_answer() {
    hold([30_559, 31_867]);
}

/// Who was removed before a restored relay could tell them had what it had lost: they bring it when they are let in again.
#[test]
fn b2_who_is_let_in_again_brings_what_was_lost() {
    hold([50_390]);
}

/// Who sends words past their own document does not have them, and only the others are told of them: they had another text, or waited.
#[test]
fn u6_made_up_words_that_are_taken_are_everybodys() {
    hold([61_399, 61_532]);
}

/// A device took nothing any more, its writer was refused, and then removed: what the page has in memory is not lost.
#[test]
fn r2_what_a_page_has_in_memory_is_there() {
    hold([61_379]);
}

/// Words were typed after what had come before what it hangs on, and then the relay refused what was older: a copy of them alone could not be
/// read.
#[test]
fn r2_what_is_kept_can_be_read_without_what_had_not_come() {
    hold([62_331]);
}

/// A strip was moved and its heading became action, in one update: the index had a scene where there was none.
#[test]
fn u2_what_was_edited_together_is_shown_as_it_is() {
    hold([62_180, 72_725]);
}

/// Of an answer something was held. When that was stored nobody told our client, which went on saving; and what it had behind a gap
/// it did not give on when it was asked again.
#[test]
fn u4_who_waits_for_what_is_held_hears_of_it() {
    hold([71_916, 72_206, 123_001]);
}

/// What a stock client had written was lost with a restore and its reload. Who had seen the end of it, but not the beginning, waited for
/// that for ever, and asked for it with each answer.
#[test]
fn u4_who_builds_on_what_nobody_has_starts_over() {
    hold([83_094, 101_509]);
}

/// Made-up words stood under the id of somebody whose own words came later: the copy that is kept of both could not be opened.
#[test]
fn u6_a_copy_of_what_was_refused_can_be_read() {
    hold([90_301]);
}

/// Somebody made words up for the end of an id that was closed: they say nothing that differs from what is there.
#[test]
fn b2_nobody_goes_on_with_a_closed_id() {
    hold([105_973]);
}

/// What a scene's move had copied was copied again by somebody else's; the first of them took the move back.
#[test]
fn a_move_that_is_undone_doubles_nothing() {
    // In the second, what somebody deleted was moved by somebody else, and back before that was heard; in the others the page that
    // had undone was opened anew by then.
    hold([114_992, 122_346, 152_116, 300_851]);
}

/// An owner's words had been brought back in pieces, some of them made up: the owner's copy was put in the place of each of them.
#[test]
fn b2_an_owners_copy_takes_the_place_of_all_pieces_at_once() {
    hold([111_081, 120_924]);
}

/// A page was made anew, and went on under another client id after words that somebody had made others up for: where the relay had put those words under
/// another id, it held what came after them for something else, and said it again.
#[test]
fn b2_what_hangs_on_words_that_were_moved_is_not_said_again() {
    hold([301_336, 401_836]);
}

/// An owner was sent their own words under another id before they heard that theirs were refused: what a move of theirs had left behind came after it
/// from the copy. And what the relay has was told to the document by one that counts what is used up as deleted: what the owner had deleted, or
/// carried elsewhere, was there again.
#[test]
fn b2_what_an_owner_has_moved_stays_moved() {
    hold([202_611]);
}

/// A backup without a word knew whose an id was. Of what a co-writer had of it a part was brought back, and the rest refused, since the id had
/// words by then: they were there twice.
#[test]
fn b2_a_backup_without_a_word_was_brought_back_too() {
    // In the second it knew no id either.
    hold([71_641, 203_596]);
}

/// Made-up words were stored under the id of a stock client that was away; yrs panicked there when it came back.
#[test]
fn u6_a_stock_client_that_was_robbed_is_opened_again() {
    // In the second, who deleted the made-up words deleted its own on its screen.
    hold([71_963, 124_623]);
}

/// A viewer's page had what a restored relay had lost, and was told whose it is instead of that it may not write: it said the comments
/// again as its person's own.
#[test]
fn r3_who_may_not_write_says_nobodys_words_again() {
    hold([80_022]);
}

/// A comment was refused to a viewer, who was let before the relay had said what it has: it waited for the next opening.
#[test]
fn r7_who_is_let_meanwhile_says_what_waits() {
    hold([80_765]);
}

/// The copy of an owner who might no longer write was put in the place of what others had brought back; stored as if it had come over no connection, that
/// was taken for something that had been held.
#[test]
fn b2_who_may_no_longer_write_has_nothing_put_in_place() {
    hold([61_399, 90_301, 500_000, 500_782]);
}

/// Somebody made words up under the id of a viewer, whose own were never stored. What others wrote behind those hid the viewer's on their own screen, and in
/// the copy that is kept of what was refused.
#[test]
fn u6_a_copy_shows_what_made_up_words_hide() {
    hold([601_343]);
}

/// What a client had behind a gap, that a restored relay lacked too, was held until others could no longer bring it back: the checker waited for that only where a
/// document waits.
#[test]
fn u4_what_stands_behind_a_gap_is_waited_for() {
    hold([500_990]);
}

/// An owner answered a question from before the relay knew that the document was here that had written what others had brought back: what came after made-up words was
/// seen there, and carried elsewhere with a scene, before it was put in its own place with the rest.
#[test]
fn b2_what_comes_after_made_up_words_waits_for_the_comparison() {
    hold([700_782]);
}

/// Of what was written as one update less could be read than the page showed, which had it piece by piece: what stands behind what a restored relay had lost, and was
/// lost with its writer's page, was neither said again nor in the copy.
#[test]
fn r2_what_stands_beside_what_nobody_has_is_said_again() {
    hold([705_777]);
}

/// What a client had behind a gap came again with all before it, of which much was gone: one piece lay over it in the document, which waited for deletions that it
/// had.
#[test]
fn u4_what_is_gone_fills_a_gap_and_no_more() {
    hold([210_342]);
}

/// What waited in a client's document had a gap whose end came: in memory all was right, but encoded the gap was there to its end, and the part that had come a second
/// time. What follows was told under too high clocks, and its words were there twice.
#[test]
fn u4_what_waits_behind_a_gap_keeps_its_clocks() {
    hold([927_438]);
}

/// Of what an owner had deleted nothing but the length was compared with what somebody had made up, and the owner's words that hang on it were stored after that: their
/// document had them elsewhere. And of words that got another id it was no longer known that they are copies of what somebody else had carried away, too.
#[test]
fn b2_what_is_deleted_is_compared_and_copies_stay_copies() {
    hold([800_128]);
}

/// Words were made up under the id of a stock client that was here, of which the relay had heard no word yet: its document had other ones, and could not read what
/// builds on those.
#[test]
fn u6_a_stock_client_that_is_here_speaks_for_its_own_words() {
    hold([800_689]);
}

/// The checker counted words twice that two pages showed behind what a restored relay, and everybody else, had lost: when the day of B2 was over each of them said these
/// again.
#[test]
fn b2_what_nobody_could_bring_back_is_said_by_each_who_has_it() {
    // The longer it is, the longer takes the day in which they try.
    play(std::iter::once(Run {
        steps: 1_900,
        ..Run::of(212_291)
    }));
}

/// The relay was set back twice. Somebody had words that were made up under a co-writer's id between, the co-writer had brought the right ones since, and nobody compared them.
/// Who had been refused before the second time started over after it from a relay that had lost nearly all, and said everybody's words again.
#[test]
fn b2_who_has_made_up_words_of_another_life_of_the_log_hears_of_it() {
    hold([216_813]);
}

/// A scene was moved with made-up words of another life of the log in it: they had the ids of words that somebody else had moved, and these were taken for copies
/// of the same, and taken away. Before that the page could not apply what it was sent, which hung on what was something else there.
#[test]
fn b2_copies_of_made_up_words_take_nobodys_away() {
    hold([1_015_209]);
}

/// The checker did not know that what somebody had moved is written again as words when they start over: it is no copy of what another one had moved at once.
#[test]
fn b2_what_is_written_again_is_no_copy() {
    hold([1_001_601, 1_022_199]);
}

/// Words were gone that a stock client had moved, as the last thing before its page was closed. Its edit before that was never stored: the copies were held for want of
/// it, and given up after an hour, while that the originals were deleted was stored at once.
#[test]
fn u4_words_stay_while_their_copies_wait() {
    hold([2_002_910]);
}

/// The checker counted words twice that two had carried elsewhere at once when nobody might write any more, nor take one copy back. Who was let to write then
/// did not look until something came.
#[test]
fn r7_who_is_let_to_write_takes_back_what_is_there_twice() {
    hold([916_776]);
}

/// Somebody was made a commenter, and an editor again: that they had taken words back was refused, that they had brought them again was stored. The words were there twice.
#[test]
fn r2_what_follows_a_refusal_is_refused() {
    hold([415_449]);
}

/// Who had been a commenter started over as an editor, from a script in which two had moved the same at once. Nothing came after that, and nobody looked.
#[test]
fn r2_who_starts_over_takes_back_what_is_there_twice() {
    hold([424_557]);
}

/// Made-up words under an id that was only shown were on a second device of its owner. What the first had of that id after them was stored, and its own copy never seen.
#[test]
fn b2_the_device_that_has_more_is_compared() {
    hold([411_818]);
}

/// Made-up words that were sent to another page of the same person's came back with that, and were taken for what the page had written whose id they had.
#[test]
fn b2_what_another_page_of_the_owner_brings_is_compared() {
    hold([430_435]);
}

/// There was no room to hold what builds on what a restored relay had lost; nothing else happened, and nobody asked for it again.
#[test]
fn u4_who_was_turned_away_is_asked_in_an_hour() {
    hold([722_391]);
}

/// The model of a page whose disk fails sent what came after that before what waited for the disk. The page was refused then: what it lacked was taken for all that there
/// is, it started over from that, and said everybody's words again.
#[test]
fn b2_who_starts_over_does_so_from_all_that_there_is() {
    hold([1_608_436]);
}

/// What a page was to start over from waited to be applied when a trap ended its document. The one that was made anew was not refused, started over all the same, and lacked
/// what it had just been told was stored.
#[test]
fn r2_who_is_not_refused_any_more_does_not_start_over() {
    hold([1_800_274]);
}
