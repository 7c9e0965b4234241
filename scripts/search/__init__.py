"""What `bench_search.py` needs: queries made by rule, records for the peers, a browser on a slow line."""
