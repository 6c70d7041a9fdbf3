/* Constants of the estimate, each with its reason.  GCC: draft-ietf-rmcat-gcc-02. */
#pragma once

#define BWE_HISTORY 2048 /* packets: 2 s at 10 Mbps */

/* Groups: what a pacer or a frame sends at once (GCC 5.2: 5 ms). */
#define BWE_GROUP_SEND_US 5000
#define BWE_GROUP_ARRIVAL_US 5000
#define BWE_GROUP_MAX_US 100000
/* A hole in the feedback this long starts the groups anew. */
#define BWE_GROUP_RESET_US 3000000

/* Trend of the delay: over so many groups, smoothed, times a gain, against a threshold that adapts
 * to the traffic it competes with (GCC 5.4: K_u 0.0087, K_d 0.039, 6..600 ms). */
#define BWE_TREND_GROUPS 20
#define BWE_TREND_SMOOTHING 0.9
#define BWE_TREND_GAIN 4.0
#define BWE_TREND_DELTAS_MAX 60
#define BWE_THRESHOLD_START_MS 12.5
#define BWE_THRESHOLD_MIN_MS 6.0
#define BWE_THRESHOLD_MAX_MS 600.0
#define BWE_THRESHOLD_UP 0.0087
#define BWE_THRESHOLD_DOWN 0.039
#define BWE_THRESHOLD_OUTLIER_MS 15.0
#define BWE_OVERUSE_MS 10.0 /* of lasting overuse before it counts */

/* Rate control. */
#define BWE_DECREASE 0.85           /* of what was acknowledged (GCC 5.5) */
#define BWE_INCREASE_PER_S 1.08     /* far from the last congestion (GCC 5.5) */
#define BWE_INCREASE_LEAST_BPS 4000 /* per second, near it */
#define BWE_INCREASE_FAR_BPS 16000  /* far from it: from sound alone to a small picture in 3 s */
#define BWE_ACKED_FACTOR 1.5        /* the estimate rests on what was tried: at most this x it */
#define BWE_ACKED_EXTRA_BPS 10000
/* What came was less than so much of the estimate: nothing was tried, and it does not grow above
 * what the line was last seen to carry. Else a layer of 720 kbps on 1 Mbps makes it 1.15 Mbps. */
#define BWE_ACKED_FULL 0.85
#define BWE_SHOWN_LEAST 0.9 /* of what a probe showed it may grow to though less was sent since */
#define BWE_DECREASE_GAP_US 300000 /* between two decreases: what the first does must be seen */
#define BWE_YIELD_SHARE 0.85 /* less than so much of the estimate does not fill the line ... */
#define BWE_YIELD_CAME 0.7   /* ... if so much of it came in its time: others' probes squeeze it */
#define BWE_YIELD_LONG 0.5   /* of the estimate is kept, where their queue is a long one */
#define BWE_ACKED_WINDOW_US 500000
#define BWE_ACKED_LEAST_PACKETS 5
/* With a queue packets come as fast as the line can: what it carries shows within */
#define BWE_ACKED_SHORT_US 160000

/* Loss (GCC 6).  Radio lines lose 2 to 5 % by themselves, which no lower rate mends: so it is
 * judged over many packets, smoothed, and between the two it only slows the growth. */
#define BWE_LOSS_LOW 0.02
#define BWE_LOSS_HIGH 0.10
#define BWE_LOSS_LEAST_PACKETS 50
#define BWE_LOSS_INTERVAL_US 400000
#define BWE_LOSS_SMOOTHING 0.5
#define BWE_TOLD_LOSS_US 1000000 /* by receiver reports: they come about so often */
#define BWE_LOSS_SLOW_PER_S 1.03

#define BWE_MIN_BPS 64000     /* sound alone (DOMAIN.md) */
#define BWE_START_BPS 1500000 /* HD and sound (DOMAIN.md): a poor line shows within a second */
#define BWE_MAX_BPS 20000000
/* No feedback for so long though packets were sent: the line is worse than the last one told. */
#define BWE_SILENCE_US 1000000
/* The feedback comes so much later than the latest of late: nothing but sound is sent until it
 * does. A line cut to an eighth has half a second of queue before the first packet that met it is
 * told of. */
#define BWE_LATE_US 60000
/* A narrow line fills sooner, and there pictures only wait meanwhile (pacer.h). */
#define BWE_LATE_NARROW_US 30000
/* Pictures that are paced wait as soon as it is later than the mean of late by this and so many
 * mean deviations. A wait for nothing ends with the next feedback, and nobody sees it; a line cut
 * to an eighth has 0.45 s of queue by then in place of 0.65, which sound must outlast. */
#define BWE_HOLD_US 10000
#define BWE_HOLD_BACK_US 50000 /* that the way back was slower by: the phase of the feedback */
#define BWE_HOLD_SPREADS 3
#define BWE_HOLD_PAUSE_US 45000 /* of sending: what comes after it waits for its own answer */
#define BWE_HOLD_SHARE 8        /* of one in the mean */
#define BWE_HOLD_STEP_US 50000  /* more than the mean counts as so much */
/* The first packet that a feedback does not tell of is older than in the mean by so many mean
 * deviations, this, and what two packets take: pictures wait then too. On a line cut to an eighth
 * that is 0.1 s after the cut, with 0.3 s of queue. */
#define BWE_OVERDUE_SPREADS 4
#define BWE_OVERDUE_US 3000
#define BWE_OVERDUE_BITS (2 * 1200 * 8)
#define BWE_OVERDUE_SHARE 16      /* of one in the mean, ... */
#define BWE_OVERDUE_SHARE_LATE 32 /* ... if it is overdue itself */
/* Older by so much, and shortly less comes than this x what came: the line was cut. Then the queue
 * and what the line carries are judged at once, or it would be filled again. */
#define BWE_SURGE_US 60000
#define BWE_SURGE_CUT 0.5
/* The way back is full, not the way there: what is told was on its way for so much longer than the
 * least in two windows. And if nothing is told, but less comes from there anyway: half is sent. */
#define BWE_BACK_WINDOW_US 15000000
#define BWE_HEARD_LATELY 8    /* ticks of 20 ms over which less came, ... */
#define BWE_HEARD_USUALLY 128 /* ... than in so many, ... */
#define BWE_HEARD_BYTES 500   /* ... if that was so much in one: a camera, 200 kbps */
#define BWE_LATE_WINDOW_US 2000000
#define BWE_BURST_WINDOW_US 500000 /* of the largest burst, which may come later by as much */

/* Probes. */
#define BWE_PROBE_US 100000     /* five ticks of the relay */
#define BWE_PROBE_BYTES 6000    /* it lasts longer, until so much is sent, ... */
#define BWE_PROBE_MAX_US 200000 /* ... at most */
#define BWE_PROBE_ANSWER_US 1000000
#define BWE_PROBE_GAP_US 2000000 /* after one that led nowhere, doubled up to the next */
#define BWE_PROBE_GAP_MAX_US 6000000
#define BWE_PROBE_CALM_US 1000000 /* without overuse or loss */
#define BWE_PROBE_LEAST_PACKETS 6
#define BWE_PROBE_FACTOR 2.0 /* at most this x the estimate */
#define BWE_PROBE_SPARE 1.08 /* and this x what is wanted, so that it is surely shown */
#define BWE_PROBE_LIMIT 0.85 /* of its rate: what arrives slower shows the line itself */
#define BWE_PROBE_SHARE 0.95 /* of what a probe showed */
/* Where it showed the line, it may have taken others' part of it: it counts half. */
#define BWE_PROBE_GAIN 0.5

#define BWE_PROBE_NEAR 0.7 /* of what the line was last seen to carry: no probe above it ... */
#define BWE_PROBE_NEAR_US 10000000 /* ... for so long: small steps find the rest, ... */
#define BWE_PROBE_NEXT 1.35        /* ... or one step of the pictures, if it is at most this x it */
/* Sound alone takes no small steps: there sooner, never rarer than, and no more than this x the
 * estimate, for the sound stands behind it. */
#define BWE_PROBE_BARE_NEAR_US 2000000
#define BWE_PROBE_BARE_GAP_US 2600000
#define BWE_PROBE_BARE 1.4

/* How long packets wait in the line's queue. All who share a line see the same queue, whatever
 * their own packets' trend: it decides when a trend counts, and when to give way without one. So
 * two rooms on a line come to equal shares. */
#define BWE_QUEUE_US 100000      /* gives way */
#define BWE_QUEUE_LEAST_US 30000 /* below it a trend is only noise */
#define BWE_QUEUE_CALM_US 40000  /* no probe above it */
/* Both are lifted to the line's own jitter, up to: */
#define BWE_QUEUE_SPREAD_MAX_US 80000
/* Who sends so much is as patient as that; four times as much: half as long. */
#define BWE_PATIENCE_BPS 700000
#define BWE_PATIENCE_LEAST 0.5
#define BWE_PATIENCE_MOST 2.0
#define BWE_QUEUE_SHORT_US 50000 /* x that, and this x the line's jitter: gives way sooner */
#define BWE_QUEUE_JITTERS 8
/* A queue this long is let run dry: half is sent until it is short again. */
#define BWE_QUEUE_DRAIN_US 300000
#define BWE_DRAIN_SHARE 0.5
/* The quickest of so many packets; of fewer after so long (sound alone has 50 in a second). */
#define BWE_QUEUE_PACKETS 5
#define BWE_QUEUE_PATIENCE_US 200000
#define BWE_QUEUE_URGENT_PACKETS 2   /* after a cut, when hardly more come in a feedback */
#define BWE_QUEUE_WINDOW_US 15000000 /* the quickest way is found anew */
#define BWE_QUEUE_STUCK_US 8000000

/* How wide a line is shows in bursts of so many packets that were sent at once ... */
#define BWE_WIDTH_PACKETS 3
#define BWE_WIDTH_VOTES 8          /* half of them say it; one that came fast counts double */
#define BWE_WIDTH_KEPT_US 30000000 /* paced packets are no bursts: then it is tried anew */
#define BWE_NARROW_BPS 5000000     /* a frame of 5 kB takes 8 ms: nobody hears that */
/* Pacing of pictures on such a line. */
#define BWE_PACE_STEP_US 5000 /* of its timer */
#define BWE_PACE_LINE 0.9     /* of the estimate: a key frame must not fill the queue of others */
/* Of what flows: a frame is spread over most of its time. */
#define BWE_PACE_PICTURES 1.15
#define BWE_PACE_CALM_US 40000      /* a frame's time; what waited longer goes faster, ... */
#define BWE_PACE_HURRY_US 140000    /* ... what waited so long as fast as the line */
#define BWE_PACE_WAIT_MAX_US 800000 /* what waited longer is not worth being sent */
/* Between two packets of sound, where it flows: a line that carries 300 kbps from now on takes 100
 * ms for it. Three packets, so pictures of more than that do without, and what waited too long. */
#define BWE_PACE_BETWEEN_BYTES 3700
#define BWE_PACE_BETWEEN_BPS 1350000
#define BWE_PACE_SOUND_US 60000 /* flows: came so short a time ago */

/* Allocation. */
#define ALLOCATOR_SLOTS_MAX 64     /* a room has LIMIT_SLOTS at most */
#define ALLOCATOR_USE 0.95         /* of the estimate: the rest is feedback and what repeats */
#define ALLOCATOR_UP 1.10          /* a better layer must fit with so much to spare */
#define ALLOCATOR_UP_KEY_BPS 40000 /* twice of it before a key frame, but at most so much more */
#define ALLOCATOR_UP_US 2000000    /* and so long after the last change for the worse, ... */
#define ALLOCATOR_UP_BPS 400000    /* ... a larger one than this longer, by how much it is larger */
/* What fell so soon after it rose rose in vain: the next waits twice as long. */
#define ALLOCATOR_VAIN_US 5000000
#define ALLOCATOR_UP_MAX_US 8000000
