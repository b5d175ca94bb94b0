Feature: Disks
  What was written is there the next time; a disk that is full, cannot be written or is not there is a message, not an end.

  Scenario: A file outlives the machine
    Given a machine with a fresh disk
    When I run the machine
    Then I should see "# "
    When I type "echo ke''pt > /note; poweroff"
    And I start the machine again
    Then I should see "The root is the ext2 of hda2."
    And I should see "# "
    When I type "cat /note"
    Then I should see "kept"

  Scenario: A full disk
    When I run the machine
    Then I should see "# "
    When I type "cat /dev/zero > /big"
    Then I should see "No space left on device"
    And I should see "# "
    When I type "rm /big; echo fi''ts > /small; cat /small"
    Then I should see "fits"

  Scenario: The root's disk cannot be written
    Given its disk cannot be written
    When I run the machine
    Then I should see "The root is the ext2 of vda2, read-only."
    And I should see "# "
    When I type "echo no > /note; cat /etc/motd"
    Then I should see "Read-only file system"

  Scenario: The root's disk is missing
    Given Cor's own kernel
    And the kernel's command line "root=vdb1"
    When I run the machine
    Then I should see "There is no ext2 on vdb1"
    And I should see "There is no root"
    And I should see "Type help."
