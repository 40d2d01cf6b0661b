"""The chapters: one module a chapter, of the same name as its page; each ends in ``CLAIMS``."""
