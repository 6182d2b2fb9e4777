"""The app: a person asks, sees the answer, and follows it down to the sentence.

Pages are rendered on the server and read well before any script runs. A page is

1. a module in ``pages/`` that ends with ``PAGE = Page(router, ...)``: routes that are short
   functions, a frozen dataclass of all that the template sees, and the makers of its charts
2. a template in ``templates/`` that extends ``base.html`` and sees ``page`` (the dataclass) and
   ``site`` (name, navigation, fingerprint)
3. its name in ``pages/__init__.py``; the navigation has a place for each question already
4. a JSON twin under ``/api``, in the same module

What takes longer than a page may (a fit, an ensemble) is a *run*: a module in ``runs/`` with
``asked`` (from the words of an address to canonical settings) and ``run`` (in a process of its
own). A page calls ``desk.result(verb, settings)``: the result, or None while it has not been run;
then it shows ``desk.pending`` with the macro ``pending`` (a button, or progress and a stop).
Results are kept on disk by a key of theatre, history, settings and version, so that an address
opens them again.

A chart is made by a *maker*: ``(desk, query) -> Drawn``, named in ``Page.charts``; ``figure`` puts
it on the page with the table behind it, and ``/chart/NAME.svg|png|csv|zip`` serves it. The address
is the state: everything a page shows is in its query, see ``addresses``.
"""
