"""From a source's folder to the landing area, and the ledger of what becomes of each delivery."""

from kasane.extract import ledger
from kasane.extract.landing import land, load_landed, open_content
from kasane.extract.pulling import PullRules, feed_database, pull

__all__ = ["PullRules", "feed_database", "land", "ledger", "load_landed", "open_content", "pull"]
