Feature: A shell
  The disk has a root with programs on it; the first of them is init, which starts a shell on the console.

  Background:
    When I run the machine
    Then I should see "The root is the ext2 of hda2."
    And I should see "# "

  Scenario: What is typed is done
    When I type "echo six times seven is $((6 * 7))"
    Then I should see "six times seven is 42"

  Scenario: Programs talk to each other through pipes
    When I type "ls / | sort -r | head -n 2"
    Then I should see "tmp"
    And I should see "sbin"

  Scenario: Files are written and read
    When I type "mkdir /tmp/a; echo kept > /tmp/a/b; cat /tmp/a/b | wc -c; rm /tmp/a/b; rmdir /tmp/a; ls /tmp/a"
    Then I should see "5"
    And I should see "/tmp/a"
    And I don't see "PANIC"

  Scenario: Ctrl-C ends what runs, and not the shell
    When I type "echo be''gun; cat"
    Then I should see "begun"
    When I type "<Ctrl-C>"
    And I type "echo still $((1 + 1)) here"
    Then I should see "still 2 here"

  Scenario: A program that does what it must not is ended, and no other
    When I type "sh -c 'kill -SEGV $$'; echo status $?"
    Then I should see "status 139"

  Scenario: A session: a file is edited and read again, a job works in the background
    When I type "edit /tmp/poem"
    Then I should see "1/1  column 1"
    When I type "one line"
    And I type "another"
    Then I should see "3/3  column 1"
    When I press the keys "<Ctrl-S><Ctrl-Q>"
    Then I should see "# "
    When I type "sort /tmp/poem"
    Then I should see "another"
    And I should see "one line"
    When I type "sleep 1000 &"
    And I type "jobs; kill %1; wait; echo all d''one"
    Then I should see "sleep 1000"
    And I should see "all done"

  Scenario: A job that is killed before it has begun ends, too
    When I type "for i in $(seq 40); do sleep 1000 & kill %1; wait; done; echo all d''one"
    Then I should see "all done"

  Scenario: Nobody is asked how large the terminal is while a script types
    When I type "echo se''cond"
    Then I should see "second"
    When I type "echo exit | sh -i 2>/tmp/prompts; echo $(wc -l < /tmp/prompts) lines, $(tr -cd '\\033' < /tmp/prompts | wc -c) esc''apes"
    Then I should see "lines, 0 escapes"
    And I don't see "[999;999H"

  Scenario: A person is asked
    When I press the keys "e"
    Then I should see "[999;999H"
    When I press the keys "<Esc>[33;99R"
    And I type "cho li''nes $LINES of $COLUMNS"
    And I type "echo li''nes $LINES of $COLUMNS"
    Then I should see "lines 33 of 99"

  Scenario: The terminal at the other end says how large it is
    When I press the keys "<Esc>[40;132R"
    And I type "echo li''nes $LINES of $COLUMNS"
    And I type "echo li''nes $LINES of $COLUMNS"
    Then I should see "lines 40 of 132"
