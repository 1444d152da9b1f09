"""Every number the matcher was tuned with, and the figure that justified it.

Measured on four development sets (two French, two English; 80 articles, 1,065 messages that have an answer
and 261 that have none, each also with typing errors and with a story around it). R@1 is the share of
answerable messages whose article comes first.
"""

# Shares of the fused score. R@1, mean of the sets, all noises: .844 so fused; .833 when the likeness of
# weights leads; .838 without overlap, .828 without the article as a whole, .833 without runs of letters, .843
# without order. The likeness of weights adds nothing to R@1 (.844 without it): it tells an exact match from
# a long one.
WEIGHT_COSINE = 0.10
WEIGHT_OVERLAP = 0.30
WEIGHT_ORDER = 0.05
WEIGHT_WHOLE = 0.32
WEIGHT_FEATURES = 0.23

KEYWORD_SHARE = 0.9
"""A keyword says less than a sentence: the same fit to a phrasing must come first."""

SAME_WORDS = 0.15
"""Added when a message has exactly the words of a phrasing: what an author wrote leads to its article."""

NEGATION_COST = 0.6
"""Share of the score lost when one side denies what the other affirms. On the sets, which hold few
negations, R@1 moves by -.01 to +.01; without it « je ne veux pas fermer mon compte » was told how."""

COUNTERED_SHARE = 0.5
"""What remains of an article whose counter-example is at least as close as its phrasings: never an answer."""

# Saturation and length of the article as one document: the textbook's k, half its length correction,
# because articles here differ in length by how many phrasings were collected, not by subject.
BM25_K = 1.2
BM25_B = 0.4

# Rows measured in full and articles kept. 20 rows lose .007 of R@3 on one set; 60 gain nothing on any and
# take a quarter more time than 40 (0.9 ms against 0.7 at 1,100 rows).
ROWS_READ = 40
CANDIDATES = 12

# Confidence: a logistic of the best score and of its lead, fitted on all sets, each left out in turn with
# the same outcome within .08 of coverage.
CONFIDENCE_BASE = -3.25
CONFIDENCE_SCORE = 11.1
CONFIDENCE_LEAD = 5.2

MOST_LEAD = 0.3
"""A lead beyond this adds nothing: in a small base nothing comes second. Coverage within .01 of no limit."""

ANSWER_CONFIDENCE = 0.90
"""From here the bot answers. One value for all four sets: .97 to .99 of the answers right (typing errors
included), .40 to .71 of the answerable messages answered at once."""

ANSWER_LEAD = 0.08
"""Two articles closer than this are a question to the customer, whatever their scores. Precision goes from
.967 to .973 and from .984 to .990 on the two sets it moves; .00 to .05 of the messages are asked back."""

SUGGESTION_CONFIDENCE = 0.40
"""From here articles are offered as "did you mean": the right one is then among them for .54 to .87 of the
answerable messages that are not answered, and .15 to .27 of those without an answer are offered some."""

SUGGESTION_SHARE = 0.5
"""A further suggestion must reach this share of the first one's score."""

MOST_SUGGESTIONS = 3
