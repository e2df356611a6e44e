"""The pages as their readers have them: in a real browser, over a real socket."""
