"""Several at the same moment, each with a connection to the database of its own, as workers have."""

import threading

from django.db import connections


def at_once(function, times):
    """Call a function in so many threads that begin together; return what they returned or raised."""
    gate = threading.Barrier(times)
    results = [None] * times

    def run(number):
        gate.wait()
        try:
            results[number] = function()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
