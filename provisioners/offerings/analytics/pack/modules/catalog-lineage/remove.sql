-- Lineage itself is of the core and stays.
SELECT pack.remove_functions('{trace_figure,impact_of}');
